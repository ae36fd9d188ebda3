// A DNS server on the loopback interface (RFC 1035): answers what a test has put in, and that there is nothing else.
import { createSocket } from 'node:dgram';

const txt = 16;
const cname = 5;

export interface DnsServer {
  /** As `Resolver.setServers` wants it. */
  readonly address: string;
  /** How often it was asked. */
  readonly asked: number;
  close(): void;
}

/** @param zone by type and name; undefined: it never answers */
export async function startDnsServer(
  zone: Readonly<Record<`${'TXT' | 'CNAME'} ${string}`, readonly string[]>> | undefined,
): Promise<DnsServer> {
  const socket = createSocket('udp4');
  let asked = 0;
  socket.on('message', (query, { port, address }) => {
    asked += 1;
    const { name, type, end } = readQuestion(query);
    const found = zone?.[`${type === txt ? 'TXT' : 'CNAME'} ${name}`];
    if (zone !== undefined) {
      // 0x8580: an answer with authority; 3: there is no such name.
      const head = Buffer.from(query.subarray(0, 12));
      head.writeUInt16BE(found === undefined ? 0x8583 : 0x8580, 2);
      head.writeUInt16BE(found?.length ?? 0, 6);
      head.writeUInt32BE(0, 8);
      const answers = (found ?? []).map((text) => record(type, type === txt ? pieces(text) : labels(text)));
      socket.send(Buffer.concat([head, query.subarray(12, end), ...answers]), port, address);
    }
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    get asked() {
      return asked;
    },
    close: () => void socket.close(),
  };
}

function readQuestion(query: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const names: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    names.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: names.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** Its name is that of the question. */
function record(type: number, data: Buffer): Buffer {
  const head = Buffer.from([0xc0, 12, 0, type === txt ? txt : cname, 0, 1, 0, 0, 0, 60, 0, 0]);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function pieces(text: string): Buffer {
  const parts = text.match(/[^]{1,255}/g) ?? [''];
  return Buffer.concat(parts.map((part) => Buffer.concat([Buffer.from([part.length]), Buffer.from(part)])));
}

function labels(name: string): Buffer {
  const parts = name.split('.').map((part) => Buffer.concat([Buffer.from([part.length]), Buffer.from(part)]));
  return Buffer.concat([...parts, Buffer.from([0])]);
}
