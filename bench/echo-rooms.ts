// What a WebSocket costs by itself: a bare server of `ws` that hands what one says to everybody in the room, over TLS too.
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

export interface EchoRooms {
  /** Says something in a room; resolves with the times until each of it has heard it, milliseconds. */
  say(room: number, text: string): Promise<readonly number[]>;
  close(): void;
}

export interface EchoPlan {
  readonly rooms: number;
  readonly people: number;
  /** PEM, like what follows. */
  readonly key: string;
  readonly cert: string;
  /** What clients trust. */
  readonly ca: string;
}

export async function openEchoRooms({ rooms, people, key, cert, ca }: EchoPlan): Promise<EchoRooms> {
  const server = createServer({ key, cert });
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  const inRoom = new Map<string, Set<WebSocket>>();
  sockets.on('connection', (socket, { url = '' }) => {
    inRoom.set(url, (inRoom.get(url) ?? new Set()).add(socket));
    socket.on('message', (data: Buffer) => {
      for (const each of inRoom.get(url) ?? []) {
        each.send(data.toString());
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const heard = new Map<string, (now: number) => void>();
  const open = async (room: number): Promise<WebSocket> => {
    const socket = new WebSocket(`wss://localhost:${port}/${room}`, { ca });
    socket.on('message', (data: Buffer) => heard.get(data.toString())?.(performance.now()));
    await once(socket, 'open');
    return socket;
  };
  const members: WebSocket[][] = [];
  for (let room = 0; room < rooms; room++) {
    members.push(await Promise.all(Array.from({ length: people }, () => open(room))));
  }
  return {
    say: (room, text) =>
      new Promise((resolve) => {
        const times: number[] = [];
        const began = performance.now();
        heard.set(text, (now) => {
          times.push(now - began);
          if (times.length === people) {
            heard.delete(text);
            resolve(times);
          }
        });
        members[room]?.[0]?.send(text);
      }),
    close: () => {
      for (const socket of [...members.flat(), ...sockets.clients]) {
        socket.terminate();
      }
      server.closeAllConnections();
      server.close();
    },
  };
}
