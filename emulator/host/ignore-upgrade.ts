// A change of protocol that a client only offers, such as `h2c` of Java's and curl's, is not taken up: the request is
// answered as if it had not been offered (RFC 9110, 7.8), and its connection goes on.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Puts the request back in front of its connection, without the offer.
 *
 * node:http has let go of the connection; whoever is given it next reads the request from its first line.
 */
export function putBackWithoutOffer(request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method = '', url = '', httpVersion, rawHeaders } = request;
  const offer = new Set(['upgrade', 'http2-settings']);
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = rawHeaders[index + 1] ?? '';
    if (offer.has(name.toLowerCase())) {
      continue;
    }
    const kept = name.toLowerCase() === 'connection' ? withoutOffer(value, offer) : value;
    if (kept !== '') {
      lines.push(`${name}: ${kept}`);
    }
  }
  const text = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  socket.unshift(head.length === 0 ? text : Buffer.concat([text, head]));
}

function withoutOffer(connection: string, offer: ReadonlySet<string>): string {
  const options = connection.split(',').map((option) => option.trim());
  return options.filter((option) => !offer.has(option.toLowerCase())).join(', ');
}
