// What each language has played, as it stood when it last changed.
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';

export interface Play {
  readonly capability: string;
  /** `synchronous, Netty`, for example. */
  readonly way: string;
  /** Public methods that it called. */
  readonly methods: number;
  /** What went wrong; null when nothing did. */
  readonly failure: string | null;
}

export interface Passed {
  readonly packages: Readonly<Record<string, string>>;
  readonly plays: readonly Omit<Play, 'failure'>[];
}

type PassedOn = Passed & { /** `2026-11-30`: when that was new. */ readonly since: string };

const path = 'test/languages/passed.json';

export function allPassed(): Readonly<Record<string, PassedOn>> {
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, PassedOn>;
}

export function passedBefore(language: string): Passed | undefined {
  const found = allPassed()[language];
  return found && { packages: found.packages, plays: found.plays };
}

export async function notePassed(language: string, passed: Passed): Promise<void> {
  if (JSON.stringify(passedBefore(language)) === JSON.stringify(passed)) {
    return;
  }
  const since = new Date().toISOString().slice(0, 10);
  const all = { ...allPassed(), [language]: { ...passed, since } };
  await writeFile(path, `${JSON.stringify(all, undefined, 2)}\n`);
}
