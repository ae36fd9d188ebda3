// The units of SMPP 3.4 (PDUs) as bytes and as fields. The package encodes and decodes; texts stay bytes, which are ours to
// read: its own way of doing that throws on some dates, and cannot run as an ES module.
import smpp from 'smpp';
import { maxPduBytes } from './limits.js';

// Its own figure is 16 KB, and a text in the payload may be longer.
smpp.PDU.maxLength = maxPduBytes;

class RawPdu extends smpp.PDU {
  override _filter(): void {
    // Bytes stay bytes.
  }
}

export type PduFields = Readonly<Record<string, unknown>>;

export interface Pdu {
  /** `submit_sm_resp`; `unknown` for what is none of SMPP 3.4. */
  readonly command: string;
  readonly commandId: number;
  readonly status: number;
  readonly sequence: number;
  readonly fields: PduFields;
}

export interface PduHead {
  readonly commandId: number;
  readonly status: number;
  readonly sequence: number;
}

export const headBytes = 16;
/** Of the number of a command: it answers another. */
const responseBit = 0x80000000;

export const isResponse = ({ commandId }: Pick<PduHead, 'commandId'>): boolean => commandId >= responseBit;

export function encodePdu(command: string, sequence: number, fields: PduFields = {}, status = 0): Buffer {
  return new RawPdu(command, { ...fields, sequence_number: sequence, command_status: status }).toBuffer();
}

/** @param bytes one whole unit, of 16 bytes or more */
export function readHead(bytes: Buffer): PduHead {
  return { commandId: bytes.readUInt32BE(4), status: bytes.readUInt32BE(8), sequence: bytes.readUInt32BE(12) };
}

/**
 * @param bytes one whole unit
 * @throws {Error} when its fields go beyond its end
 */
export function decodePdu(bytes: Buffer): Pdu {
  const pdu = new RawPdu(bytes);
  return { command: pdu.command, ...readHead(bytes), fields: { ...pdu } as unknown as PduFields };
}

/** By name, `ESME_RTHROTTLED`. */
export const statuses = smpp.errors;

const nameOf = new Map(Object.entries(statuses).map(([name, status]) => [status, name]));

/** `ESME_RTHROTTLED`; for one that is a carrier's own, its number. */
export function statusName(status: number): string {
  return nameOf.get(status) ?? `0x${status.toString(16).toUpperCase().padStart(8, '0')}`;
}

export function textField(fields: PduFields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

export function numberField(fields: PduFields, name: string): number | undefined {
  const value = fields[name];
  return typeof value === 'number' ? value : undefined;
}

export function bytesField(fields: PduFields, name: string): Buffer {
  const value = fields[name];
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
}
