// A process that attacks: so many connections, each of which sends what it is told and is opened again when it ends. It has
// the lowest priority, so that it is not the machine that gives out.
import { connect } from 'node:net';
import { constants, setPriority } from 'node:os';

const orders = JSON.parse(process.argv[2]);
const { port, localAddress, connections, head, bodyBytes, trickleMs, isRead, askAgainMs, reopenMs } = orders;
const body = Buffer.alloc(bodyBytes, 32);

setPriority(constants.priority.PRIORITY_LOW);
process.once('disconnect', () => process.exit(0));
for (let held = 0; held < connections; held++) {
  setTimeout(hold, (held * reopenMs) / connections);
}
setTimeout(() => process.send('begun'), reopenMs + 500);

function hold() {
  const socket = connect({ host: '127.0.0.1', port, localAddress });
  let trickle;
  socket.on('error', () => undefined);
  socket.once('connect', () => {
    socket.write(head);
    if (bodyBytes > 0) {
      socket.write(body);
    }
    if (trickleMs > 0) {
      trickle = setInterval(() => socket.write('x'), trickleMs);
    }
    if (isRead) {
      socket.resume();
    }
    if (askAgainMs > 0) {
      socket.on('data', () => setTimeout(() => socket.write(head), askAgainMs));
    }
  });
  // Who reads nothing does not hear of the end either.
  socket.once('close', () => {
    clearInterval(trickle);
    setTimeout(hold, reopenMs);
  });
}
