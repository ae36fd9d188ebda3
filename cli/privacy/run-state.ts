// How far a command has come, in a file beside its output, so that it goes on where it was stopped. It holds what cannot
// be asked for again: addresses of operations, the salts of receipts, and the identifiers, which a resource that has erased
// them does not tell any more. Only its owner may read it, and it goes when the command is done.
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '../command-error.js';
import { makeFolders } from '../make-folders.js';
import { reasonOf } from '../reason-of.js';
import { isErrorCode, writeFileAtomically } from '../write-file-atomically.js';

/** What is known of the operation at one resource. */
export interface StartedOperation {
  /** Path and query at the resource. */
  readonly operation: string;
  /** How many of the identifiers of the run it was started with, from the first on; absent in files of version 0.1.0. */
  readonly covers?: number;
  /** Of an erasure. */
  readonly salt?: string;
  /** The resource can hold nothing of them, and signs that. */
  readonly isAboutNobody?: true;
  /** Result of the operation, once it has ended. */
  readonly result?: Readonly<Record<string, unknown>>;
}

/** The receipts that one erasure is to end with: one of every place, each about all that is known by then. */
export interface ReceiptSet {
  /** Random; signed with each receipt, like their number. */
  readonly id: string;
  readonly receipts: number;
  /** Endpoints, sorted. */
  readonly places: readonly string[];
  /** How many of the identifiers of the run it is about, from the first on. */
  readonly covers: number;
  /** ISO 8601. */
  readonly begunOn: string;
  /** Behind the endpoints in the keys of its operations; empty for the first. */
  readonly suffix: string;
}

interface StateFile {
  readonly action: string;
  readonly personId: string;
  /** Whom it is about; only ever added to. Absent in files of version 0.1.0. */
  identifiers?: readonly string[];
  /** Of an erasure; absent in files of version 0.1.0. */
  set?: ReceiptSet;
  readonly operations: Record<string, StartedOperation>;
}

export class RunState {
  readonly #path: string;
  readonly #folder: string;
  readonly #content: StateFile;
  /** Whether the folder was not there before. */
  readonly #isFolderNew: boolean;
  /** Several resources report at the same time; files are written one after the other. */
  #written: Promise<void> = Promise.resolve();

  private constructor(folder: string, content: StateFile, isFolderNew: boolean) {
    this.#folder = folder;
    this.#path = statePath(folder);
    this.#content = content;
    this.#isFolderNew = isFolderNew;
  }

  /**
   * Goes on with what the folder holds of the same command, or begins: the folder is written to before any resource is
   * asked for what it tells only once.
   *
   * @throws {CommandError} when the folder cannot be used
   */
  static async open(folder: string, action: string, personId: string): Promise<RunState> {
    const beginning: StateFile = { action, personId, identifiers: [], operations: {} };
    const text = await readFile(statePath(folder), 'utf8').catch((error: unknown) => {
      if (isErrorCode(error, 'ENOENT', 'ENOTDIR')) {
        return undefined;
      }
      throw new CommandError(`${statePath(folder)} cannot be read (${reasonOf(error)}); choose another --out.`);
    });
    const content = text === undefined ? beginning : parse(text, folder);
    const isOfAnother = content.action !== action || content.personId !== personId;
    // Nothing was begun with what another run has collected.
    if (isOfAnother && Object.keys(content.operations).length > 0) {
      throw new CommandError(
        `${folder} belongs to an unfinished ${content.action} of another run; choose another --out.`,
      );
    }
    const state = new RunState(folder, isOfAnother ? beginning : content, !existsSync(folder));
    await state.#write();
    return state;
  }

  /** What is known of whom it is about. */
  get identifiers(): readonly string[] {
    return this.#content.identifiers ?? [];
  }

  /**
   * Resolves when it is on disk.
   *
   * @param identifiers begin with those that were known
   */
  async saveIdentifiers(identifiers: readonly string[]): Promise<void> {
    this.#content.identifiers = identifiers;
    await this.#writeInTurn();
  }

  get set(): ReceiptSet | undefined {
    return this.#content.set;
  }

  /** Resolves when it is on disk. */
  async saveSet(set: ReceiptSet): Promise<void> {
    this.#content.set = set;
    await this.#writeInTurn();
  }

  get operations(): ReadonlyMap<string, StartedOperation> {
    return new Map(Object.entries(this.#content.operations));
  }

  /** @param key the endpoint of the resource; of an erasure behind it what tells its set from those before */
  of(key: string): StartedOperation | undefined {
    return this.#content.operations[key];
  }

  /** Resolves when it is on disk. */
  async save(key: string, operation: StartedOperation | undefined): Promise<void> {
    if (operation === undefined) {
      delete this.#content.operations[key];
    } else {
      this.#content.operations[key] = operation;
    }
    await this.#writeInTurn();
  }

  /** The command is done; the folder goes too when it was made for nothing else. */
  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
    if (this.#isFolderNew && (await readdir(this.#folder)).length === 0) {
      await rmdir(this.#folder);
    }
  }

  async #writeInTurn(): Promise<void> {
    this.#written = this.#written.then(() => this.#write());
    await this.#written;
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

async function makeFolder(folder: string): Promise<void> {
  try {
    await makeFolders(folder, 0o700);
  } catch (error) {
    throw new CommandError(`The folder ${folder} cannot be made (${reasonOf(error)}); choose another --out.`);
  }
}

function statePath(folder: string): string {
  return join(folder, 'unfinished.json');
}

function parse(text: string, folder: string): StateFile {
  try {
    const { action, personId, identifiers = [], set, operations } = JSON.parse(text) as Partial<StateFile>;
    if (action !== undefined && personId !== undefined && operations !== undefined) {
      return { action, personId, identifiers, operations, ...(set !== undefined && { set }) };
    }
  } catch {
    // Told below, as for any other content.
  }
  throw new CommandError(`${statePath(folder)} is not what it was; choose another --out to begin anew.`);
}
