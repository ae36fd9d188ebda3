// People who chat live: threads of ten, each with a window, in an emulator as its users start it.
import { type Emulator, startEmulator } from 'acs-domicile/emulator';
import { limits } from './adapter-target.js';
import { HeardNotices } from './heard-notices.js';
import { LoadClient } from './load-client.js';
import { type LiveWindow, openWindow } from './live-window.js';
import { sendRequest, warmThread } from './threads.js';
import { createUsers, type User } from './users.js';

export interface LiveEmulator {
  readonly emulator: Emulator;
  readonly client: LoadClient;
  readonly users: readonly User[];
  /** Of the function app. */
  readonly pid: number;
  close(): Promise<void>;
}

export interface LiveChats {
  readonly heard: HeardNotices;
  /** Sends to a thread. */
  say(thread: number, text: number): Promise<void>;
  close(): void;
}

export const people = 10;
const atOnce = 16;

export async function startLiveEmulator(realtime: 'websocket' | 'longpoll', userCount: number): Promise<LiveEmulator> {
  const emulator = await startEmulator({ geographies: ['europe'], ephemeral: true, limits, realtime });
  const [resource] = emulator.resources;
  const { europe } = emulator.ready.geographies;
  if (resource === undefined || europe === undefined) {
    throw new Error('The emulator started without its geography.');
  }
  const origin = resource.httpEndpoint.replace('localhost', '127.0.0.1');
  const client = new LoadClient(origin, { connections: 32 });
  const users = await createUsers(client, new URL(origin).host, resource.accessKey, userCount);
  return {
    emulator,
    client,
    users,
    pid: europe.pid,
    close: async () => {
      await client.close();
      await emulator.dispose();
    },
  };
}

/** Windows of users, one each in turn. */
export async function openWindows(
  { emulator, client, users }: LiveEmulator,
  count: number,
  onNotice: (text: string) => void,
): Promise<LiveWindow[]> {
  const windows: LiveWindow[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let n = next++; n < count; n = next++) {
      const user = users[n % users.length] as User;
      windows.push(await openWindow({ client, ca: emulator.caCertificate, onNotice }, user));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return windows;
}

export async function openChats(live: LiveEmulator, threads: number): Promise<LiveChats> {
  const { client, users } = live;
  const heard = new HeardNotices();
  const windows = await openWindows(live, threads * people, heard.onNotice);
  const ids: string[] = [];
  for (let thread = 0; thread < threads; thread++) {
    ids.push(await warmThread(client, users.slice(thread * people, (thread + 1) * people)));
  }
  await heard.settle(threads * people, 2_000);
  heard.forget();
  return {
    heard,
    say: async (thread, text) => {
      const sender = users[thread * people + (text % people)] as User;
      const { id } = JSON.parse(await client.send(sendRequest(ids[thread] ?? '', sender, text))) as { id: string };
      heard.answered(id);
    },
    close: () => {
      for (const window of windows) {
        window.close();
      }
    },
  };
}
