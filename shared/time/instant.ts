// Instants as text and back; everything inside Domicile counts milliseconds.

let lastSecond = Number.NaN;
let lastText = '';

/** `2022-05-26T07:59:28Z`, the form of the chat service. */
export function toSeconds(ms: number): string {
  const second = Math.floor(ms / 1000);
  // A page names few different seconds, one after the other, and writing one costs half a microsecond.
  if (second !== lastSecond) {
    lastText = `${new Date(ms).toISOString().slice(0, 19)}Z`;
    lastSecond = second;
  }
  return lastText;
}

/** `2022-05-26T07:59:28.123Z`, the form of events. */
export function toIso(ms: number): string {
  return new Date(ms).toISOString();
}

/** `2022-09-07T14:34:56.2710000+00:00`, the form of the identity service: seven digits, numeric offset. */
export function toSevenDigits(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}0000+00:00`;
}

/**
 * `2023-09-20T22:48:58.10164+00:00`, the form of rooms: as many digits as there are, none for a whole second.
 *
 * @param ms with a fraction where it was said to the microsecond
 */
export function toMicroseconds(ms: number): string {
  const microseconds = Math.round(ms * 1_000);
  const second = Math.floor(microseconds / 1_000_000);
  const fraction = String(microseconds - second * 1_000_000)
    .padStart(6, '0')
    .replace(/0+$/, '');
  const text = new Date(second * 1_000).toISOString().slice(0, 19);
  return `${text}${fraction === '' ? '' : `.${fraction}`}+00:00`;
}

/** For interfaces of others that want a Date. */
export function toDate(ms: number): Date {
  return new Date(ms);
}

/** ISO 8601 with a time zone to milliseconds; undefined when it is not that. */
export function parseInstant(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/i.test(text)) {
    return undefined;
  }
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** The same to microseconds, as a fraction of milliseconds. */
export function parseMicroseconds(text: string): number | undefined {
  const ms = parseInstant(text);
  const [, beyond = ''] = /\.\d{3}(\d{1,3})/.exec(text) ?? [];
  return ms === undefined ? undefined : Math.trunc(ms) + Number(beyond.padEnd(3, '0')) / 1_000;
}
