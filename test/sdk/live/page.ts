// Pages with the unmodified browser half of the chat SDK, in a process of their own: it needs names that Node lacks, and the
// CA of the emulator from its start.
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Heard, HeardEvents } from './heard-events.js';
import { bundleSdk } from './sdk-bundle.js';

export interface Page {
  readonly heard: HeardEvents;
  /** Starts live chat in a window; it is opened first where there is none of this name. */
  start(name: string, endpoint: string, token: string): Promise<void>;
  stop(name: string): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const processPath = fileURLToPath(new URL('page-process.mjs', import.meta.url));

/** @param caPath of the CA of the emulator */
export async function openPage(caPath: string, origin = 'http://localhost:3000'): Promise<Page> {
  const folder = await mkdtemp(join(tmpdir(), 'live-page-'));
  const bundle = join(folder, 'sdk.mjs');
  await writeFile(bundle, await bundleSdk());
  const child = fork(processPath, [bundle, origin], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: caPath },
    execArgv: [],
  });
  return new PageInProcess(child, folder).opened();
}

class PageInProcess implements Page {
  readonly heard = new HeardEvents();
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #answers = new Map<number, (failed: string | undefined) => void>();
  readonly #ready: Promise<void>;
  #asked = 0;

  constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
    this.#ready = new Promise((resolve, reject) => {
      child.once('exit', () => reject(new Error('The page ended.')));
      child.on('message', (message: { ready?: true; id?: number; failed?: string; heard?: Heard }) => {
        if (message.ready) {
          resolve();
        } else if (message.heard !== undefined) {
          this.heard.note(message.heard);
        } else {
          this.#answers.get(message.id ?? 0)?.(message.failed);
        }
      });
    });
  }

  async opened(): Promise<this> {
    await this.#ready;
    return this;
  }

  start(name: string, endpoint: string, token: string): Promise<void> {
    return this.#ask('start', { name, endpoint, token });
  }

  stop(name: string): Promise<void> {
    return this.#ask('stop', { name });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill();
    await gone;
    await rm(this.#folder, { recursive: true });
  }

  #ask(act: string, input: object): Promise<void> {
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve, reject) => {
      this.#answers.set(id, (failed) => (failed === undefined ? resolve() : reject(new Error(failed))));
      this.#child.send({ id, act, input });
    });
  }
}
