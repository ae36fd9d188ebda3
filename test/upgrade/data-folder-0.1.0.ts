// A data folder of version 0.1.0, kept in one file: the bytes of each of its files, and the ids of what is in it.
//
// It was made once, with a checkout of that version. Its emulator ran for europe on an empty folder. Through its APIs came:
// nine identities, and threads with messages (one edited, one deleted), read receipts and images; a member who was removed;
// a thread that expired after thirty days, and one that is kept for ninety; five persons; three resources with tags, an
// SMTP user and a little chat each; an email resource with a domain, a sender, and a suppression list of three addresses.
// The clock was moved on by 31 days, a person was erased to the end, an archive was made, the deletion of `northwind` was
// begun, and after its first pass the emulator was stopped. Then further processes of the same version, on Azurite alone,
// began one job of each kind and were stopped for good after one of their saves, as `facts.jobs` names them. The archive
// was dropped by one of these erasures. In the end Azurite was stopped, paths were made relative, and what the emulator
// makes anew by itself (lock, clock, Entra application) was left out. Nothing in it is about anybody.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

type Name<Names extends string> = Readonly<Record<Names, string>>;

export interface DataFolderFacts {
  /** When it was stopped, product ms. */
  readonly productMs: number;
  readonly people: Name<'anna' | 'ann' | 'bert' | 'cleo' | 'dora' | 'gina' | 'kim' | 'mia' | 'mimi'>;
  readonly threads: Name<
    'shared' | 'other' | 'expired' | 'kept90' | 'left' | 'stays' | 'dora' | 'gina' | 'kim' | 'mia'
  >;
  /** Threads of Bert's, each with a message of Mimi's. */
  readonly mimiThreads: readonly string[];
  readonly messages: Name<'tea' | 'edited' | 'deleted'>;
  /** A message of Bert's in the thread that stays. */
  readonly editable: string;
  /** In the shared thread. */
  readonly images: Name<'anna' | 'bert'>;
  readonly subscription: string;
  readonly group: string;
  readonly resources: Readonly<Record<'fabrikam' | 'northwind' | 'tailspin', { readonly immutableId: string }>>;
  /** Of an erasure that was done. */
  readonly receipt: { readonly id: string; readonly jws: string; readonly salt: string };
  /** Operation of an archive that was dropped, because somebody in it was erased. */
  readonly exported: string;
  readonly erasureInTheMiddle: { readonly salt: string };
  readonly erasureCounting: { readonly salt: string };
  /** Under way when it was stopped. */
  readonly jobs: Name<
    | 'deletionBetweenPasses'
    | 'deletionInAPass'
    | 'erasureInTheMiddle'
    | 'erasureCounting'
    | 'erasureWaiting'
    | 'count'
    | 'exportBegun'
    | 'exportWaiting'
  >;
}

interface KeptFolder {
  readonly facts: DataFolderFacts;
  readonly files: Readonly<Record<string, { readonly text: string } | { readonly base64: string }>>;
}

const kept = new URL('fixtures/data-folder-0.1.0.json.gz', import.meta.url);

/** Puts the folder down where the emulator of this build can take it up, its clock at the time when it was stopped. */
export async function unpackDataFolder(folder: string): Promise<DataFolderFacts> {
  const { facts, files } = JSON.parse(String(gunzipSync(await readFile(kept)))) as KeptFolder;
  for (const [name, file] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'text' in file ? file.text : Buffer.from(file.base64, 'base64'));
  }
  const clockOffsetMs = facts.productMs - Date.now();
  await writeFile(join(folder, 'emulator.json'), JSON.stringify({ clockOffsetMs }));
  return facts;
}
