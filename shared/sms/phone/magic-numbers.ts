// What becomes of texts in the emulator: they arrive, unless the number says something else. So each outcome can be had on
// demand: of `+1 500 555 xxxx`, which nobody has, the last four digits are the code of the report, or one of these.
import { type DeliveryCode, isDeliveryCode } from '../delivery-codes.js';

export const magicNumbers = {
  '+15005550001': 'taken, and never reported on',
  '+15005550002': 'nobody knows whether the carrier has it: reported as unknown',
  '+15005550003': 'put off once, then delivered',
  '+15005550004': 'put off until the last hour, as if nobody answered',
} as const;

export type MagicNumber = keyof typeof magicNumbers;

export function isMagic(number: string): boolean {
  return isMagicNumber(number) || codeOfNumber(number) !== undefined;
}

export function isMagicNumber(number: string): number is MagicNumber {
  return Object.hasOwn(magicNumbers, number);
}

/** `+15005554004` → 4004 */
export function codeOfNumber(number: string): DeliveryCode | undefined {
  const [, digits = ''] = /^\+1500555(\d{4})$/.exec(number) ?? [];
  const code = Number(digits);
  return digits !== '' && isDeliveryCode(code) ? code : undefined;
}
