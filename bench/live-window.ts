// A window with live chat, as the client of the chat SDK behaves: it opens a session and its WebSocket, says who it is, and
// answers each notice with its result and a ping.
import { WebSocket } from 'ws';
import type { LoadClient } from './load-client.js';
import type { User } from './users.js';

export interface WindowParts {
  readonly client: LoadClient;
  /** PEM, for the WebSocket. */
  readonly ca: string;
  /** Told of the text of each frame with notices. */
  onNotice(text: string): void;
}

export interface LiveWindow {
  close(): void;
}

const mark = '\uFFFD';
const idOfNotice = /3:::\{"id":(\d+)/g;

/** Resolves when every process can have heard that the window is there. */
export async function openWindow({ client, ca, onNotice }: WindowParts, user: User): Promise<LiveWindow> {
  const token = tokenOf(user);
  const headers = ['x-skypetoken', token];
  const session = JSON.parse(await client.send({ method: 'POST', path: '/v4/a', headers, expect: 200 })) as {
    readonly connectparams: { readonly reconnectUrl: string };
  };
  const { connectparams } = session;
  const socket = new WebSocket(`${connectparams.reconnectUrl.replace(/^https/, 'wss')}?tc=bench`, { ca });
  let pings = 0;
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.on('message', (data: Buffer) => {
      const text = data.toString();
      if (text === '1::') {
        const args = [{ headers: { 'X-Skypetoken': token }, connectparams }];
        socket.send(`5:::${JSON.stringify({ name: 'user.authenticate', args })}`);
      } else if (text.includes('trouter.connected')) {
        resolve();
      } else if (text.startsWith('3:') || text.startsWith(mark)) {
        onNotice(text);
        for (const [, id] of text.matchAll(idOfNotice)) {
          pings += 1;
          socket.send(`3:::${JSON.stringify({ id: Number(id), status: 200, headers: {}, body: '' })}`);
          socket.send(`5:${pings}+::{"name":"ping"}`);
        }
      }
    });
  });
  return { close: () => socket.terminate() };
}

export function tokenOf({ headers }: User): string {
  return (headers[1] ?? '').replace('Bearer ', '');
}
