// Units of SMPP 3.4 as the other side of a test writes and reads them, from the standard and not with the package that the
// gateway uses.

export const commands = {
  generic_nack: 0x80000000,
  bind_receiver: 0x1,
  bind_transmitter: 0x2,
  submit_sm: 0x4,
  deliver_sm: 0x5,
  unbind: 0x6,
  bind_transceiver: 0x9,
  enquire_link: 0x15,
} as const;
export const response = 0x80000000;

export interface Unit {
  readonly id: number;
  readonly status: number;
  readonly sequence: number;
  readonly body: Buffer;
}

export function unit(id: number, sequence: number, body: Buffer = Buffer.alloc(0), status = 0): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt32BE(16 + body.length, 0);
  head.writeUInt32BE(id, 4);
  head.writeUInt32BE(status, 8);
  head.writeUInt32BE(sequence, 12);
  return Buffer.concat([head, body]);
}

export const cstring = (text: string): Buffer => Buffer.from(`${text}\0`, 'latin1');

export function tlv(tag: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(tag, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value]);
}

export interface ShortMessage {
  readonly source: string;
  readonly sourceTon: number;
  readonly sourceNpi: number;
  readonly dest: string;
  readonly destTon: number;
  readonly destNpi: number;
  readonly esmClass: number;
  readonly validity: string;
  readonly registered: number;
  readonly coding: number;
  readonly octets: Buffer;
  readonly tlvs: ReadonlyMap<number, Buffer>;
}

/** The body of `submit_sm`, and of `deliver_sm`, which is the same. */
export function readShortMessage(body: Buffer): ShortMessage {
  let at = 0;
  const byte = (): number => body.readUInt8(at++);
  const text = (): string => {
    const end = body.indexOf(0, at);
    const value = body.toString('latin1', at, end);
    at = end + 1;
    return value;
  };
  text();
  const [sourceTon, sourceNpi, source] = [byte(), byte(), text()];
  const [destTon, destNpi, dest] = [byte(), byte(), text()];
  const esmClass = byte();
  at += 2;
  text();
  const validity = text();
  const registered = byte();
  at += 1;
  const coding = byte();
  at += 1;
  const length = byte();
  const octets = body.subarray(at, at + length);
  const tlvs = new Map<number, Buffer>();
  for (at += length; at + 4 <= body.length; ) {
    const size = body.readUInt16BE(at + 2);
    tlvs.set(body.readUInt16BE(at), body.subarray(at + 4, at + 4 + size));
    at += 4 + size;
  }
  return { source, sourceTon, sourceNpi, dest, destTon, destNpi, esmClass, validity, registered, coding, octets, tlvs };
}

export function shortMessageBody(message: Partial<ShortMessage>): Buffer {
  const { source = '14255550123', sourceTon = 1, sourceNpi = 1, octets = Buffer.alloc(0) } = message;
  const { dest = '14255550199', destTon = 1, destNpi = 1, tlvs = new Map<number, Buffer>() } = message;
  const { esmClass = 0, validity = '', registered = 0, coding = 0 } = message;
  return Buffer.concat([
    cstring(''),
    Buffer.from([sourceTon, sourceNpi]),
    cstring(source),
    Buffer.from([destTon, destNpi]),
    cstring(dest),
    Buffer.from([esmClass, 0, 0]),
    cstring(''),
    cstring(validity),
    Buffer.from([registered, 0, coding, 0, octets.length]),
    octets,
    ...[...tlvs].map(([tag, value]) => tlv(tag, value)),
  ]);
}
