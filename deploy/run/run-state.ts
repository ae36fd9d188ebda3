// What a run has done, in a file that is kept until all of it is done. It holds hashes and ids of deployments, no secret.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

const Progress = z.object({
  /** Version of the stack that was brought up. */
  stack: z.string().optional(),
  /** SHA-256 of the package that is published and answers. */
  code: z.string().optional(),
  /** A publication that was begun, and whose end is not known. */
  begun: z.object({ sha256: z.string(), deploymentId: z.string() }).optional(),
});
export type Progress = z.output<typeof Progress>;

const State = z.record(z.string(), Progress);

export class RunState {
  readonly #path: string;
  readonly #progress: Record<string, Progress>;
  /** Geographies report at the same time; the file is written once after the other. */
  #written: Promise<void> = Promise.resolve();

  private constructor(path: string, progress: Record<string, Progress>) {
    this.#path = path;
    this.#progress = progress;
  }

  /** Goes on with an unfinished run, or begins one. A file that cannot be understood is no reason not to deploy. */
  static async open(path: string): Promise<RunState> {
    const text = await readFile(path, 'utf8').catch(() => '{}');
    return new RunState(path, readState(text));
  }

  of(geography: string): Progress {
    return this.#progress[geography] ?? {};
  }

  /** Resolves when it is on disk. */
  async save(geography: string, progress: Progress): Promise<void> {
    this.#progress[geography] = progress;
    this.#written = this.#written.then(() => this.#write());
    await this.#written;
  }

  /** The run is over: the next one does everything of these again. */
  async finish(geographies: readonly string[]): Promise<void> {
    for (const geography of geographies) {
      delete this.#progress[geography];
    }
    if (Object.keys(this.#progress).length === 0) {
      await rm(this.#path, { force: true });
    } else {
      await this.#write();
    }
  }

  async #write(): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true });
    await writeFile(`${this.#path}.new`, JSON.stringify(this.#progress));
    await rename(`${this.#path}.new`, this.#path);
  }
}

function readState(text: string): Record<string, Progress> {
  try {
    return State.parse(JSON.parse(text));
  } catch {
    return {};
  }
}
