// How far a command has come, in a file beside its output, so that it goes on where it was stopped. It holds what cannot
// be asked for again: addresses of operations and the salts of receipts. Only its owner may read it.
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '../command-error.js';
import { reasonOf } from '../reason-of.js';
import { isErrorCode, writeFileAtomically } from '../write-file-atomically.js';

/** What is known of the operation at one resource. */
export interface StartedOperation {
  /** Path and query at the resource. */
  readonly operation: string;
  /** Of an erasure. */
  readonly salt?: string;
  /** Result of the operation, once it has ended. */
  readonly result?: Readonly<Record<string, unknown>>;
}

interface StateFile {
  readonly action: string;
  readonly personId: string;
  readonly operations: Record<string, StartedOperation>;
}

export class RunState {
  readonly #path: string;
  readonly #folder: string;
  readonly #content: StateFile;
  /** Several resources report at the same time; files are written one after the other. */
  #written: Promise<void> = Promise.resolve();

  private constructor(folder: string, content: StateFile) {
    this.#folder = folder;
    this.#path = statePath(folder);
    this.#content = content;
  }

  /** Goes on with what the folder holds of the same command, or begins. */
  static async open(folder: string, action: string, personId: string): Promise<RunState> {
    const beginning = { action, personId, operations: {} };
    const text = await readFile(statePath(folder), 'utf8').catch((error: unknown) => {
      if (isErrorCode(error, 'ENOENT', 'ENOTDIR')) {
        return undefined;
      }
      throw new CommandError(`${statePath(folder)} cannot be read (${reasonOf(error)}); choose another --out.`);
    });
    const content = text === undefined ? beginning : parse(text, folder);
    if (content.action !== action || content.personId !== personId) {
      throw new CommandError(
        `${folder} belongs to an unfinished ${content.action} of another run; choose another --out.`,
      );
    }
    return new RunState(folder, content);
  }

  /** @param endpoint of the resource */
  of(endpoint: string): StartedOperation | undefined {
    return this.#content.operations[endpoint];
  }

  /** Resolves when it is on disk. */
  async save(endpoint: string, operation: StartedOperation | undefined): Promise<void> {
    if (operation === undefined) {
      delete this.#content.operations[endpoint];
    } else {
      this.#content.operations[endpoint] = operation;
    }
    this.#written = this.#written.then(() => this.#write());
    await this.#written;
  }

  /** The command is done. */
  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
  }

  async #write(): Promise<void> {
    await makeFolder(this.#folder);
    await writePrivate(this.#path, `${JSON.stringify(this.#content, undefined, 2)}\n`);
  }
}

/** @throws {CommandError} when the folder cannot be made or the file not be written */
export async function writePrivate(path: string, text: string): Promise<void> {
  try {
    await writeFileAtomically(path, text, { mode: 0o600 });
  } catch (error) {
    throw new CommandError(`${path} cannot be written (${reasonOf(error)}); choose another --out.`);
  }
}

export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new CommandError(`The folder ${folder} cannot be made (${reasonOf(error)}); choose another --out.`);
  }
}

function statePath(folder: string): string {
  return join(folder, 'unfinished.json');
}

function parse(text: string, folder: string): StateFile {
  try {
    const { action, personId, operations } = JSON.parse(text) as Partial<StateFile>;
    if (action !== undefined && personId !== undefined && operations !== undefined) {
      return { action, personId, operations };
    }
  } catch {
    // Told below, as for any other content.
  }
  throw new CommandError(`${statePath(folder)} is not what it was; choose another --out to begin anew.`);
}
