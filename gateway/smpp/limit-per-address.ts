// Ends connections of an address that has many already: whoever is not signed is known by nothing else.
import type { Server, Socket } from 'node:net';

export function limitPerAddress(server: Server, max: number): void {
  const counts = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (counts.get(address) ?? 0) + 1;
    if (count > max) {
      socket.destroy();
      return;
    }
    counts.set(address, count);
    socket.once('close', () => {
      const left = (counts.get(address) ?? 1) - 1;
      if (left === 0) {
        counts.delete(address);
      } else {
        counts.set(address, left);
      }
    });
  });
}
