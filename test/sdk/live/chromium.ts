// Chromium as the distribution has it, without a window, and with the emulator's CA among what its user trusts, as the page
// about certificates says.
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

const run = promisify(execFile);

const needed = [['chromium', 'chromium-browser', 'google-chrome'], ['certutil']] as const;
/** It asks nobody for anything by itself. */
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface RunningBrowser {
  readonly browser: Browser;
  close(): Promise<void>;
}

/** Says so and passes where a program is missing, unless everything is wanted, as in CI. */
export function isBrowserHere(): boolean {
  const missing = needed.filter((names) => pathOf(names) === undefined).map(([name]) => name);
  if (missing.length === 0) {
    return true;
  }
  const sentence = `Live chat in a browser is skipped: ${missing.join(', ')} not found on this machine.`;
  if (process.env['DOMICILE_ALL_BROWSERS'] === '1') {
    throw new Error(sentence);
  }
  process.stdout.write(`${sentence}\n`);
  return false;
}

/**
 * @param caPath of the CA
 * @param proxy through which each of its connections goes; without one it goes to this machine alone
 */
export async function startBrowser(caPath: string, proxy?: string): Promise<RunningBrowser> {
  const home = await mkdtemp(join(tmpdir(), 'live-browser-'));
  const database = join(home, '.pki/nssdb');
  await mkdir(database, { recursive: true });
  await run('certutil', ['-d', `sql:${database}`, '-N', '--empty-password']);
  await run('certutil', ['-d', `sql:${database}`, '-A', '-t', 'C,,', '-n', 'domicile', '-i', caPath]);
  const browser = await chromium.launch({
    executablePath: pathOf(needed[0]) ?? '',
    args: proxy === undefined ? [...quiet, '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost'] : quiet,
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home },
    // Else it goes past the proxy to what is of this machine.
    ...(proxy !== undefined && { proxy: { server: proxy, bypass: '<-loopback>' } }),
  });
  return {
    browser,
    close: async () => {
      await browser.close();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function pathOf(names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
