// Row keys of a log partition: the state first, then the log newest first, then rows beside the log.
// So one query from the start of the partition brings the state and the newest page.

export const stateKey = '0';

/** 10 digits; `9,999,999,999 - n` stays exact in a JavaScript number, 16 digits would not. */
const highest = 9_999_999_999;

/** No entry sorts before it. */
export const firstOfLog = '0000000000';

/** First key after the log; keys beside the log begin with a letter. */
export const afterLog = ':';

/** @param sequence 1 to 9,999,999,998 */
export function rowKeyOf(sequence: number): string {
  return String(highest - sequence).padStart(10, '0');
}

export function sequenceOf(rowKey: string): number {
  return highest - Number(rowKey);
}

export function isLogKey(rowKey: string): boolean {
  return rowKey.length === 10 && rowKey < afterLog;
}
