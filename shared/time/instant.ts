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

/** `2022-09-07T14:34:56.2710000+00:00`, the form of the identity service: seven digits, numeric offset. */
export function toSevenDigits(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}0000+00:00`;
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
