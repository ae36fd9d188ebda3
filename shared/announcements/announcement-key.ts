// How rows of the list are named: real time first, so that the list is in the order of writing.

/** The list has one partition a geography. */
export const announcementPartition = 'log';

const timeDigits = 14;

export function announcementKey(realMs: number, suffix: string): string {
  return `${String(Math.floor(realMs)).padStart(timeDigits, '0')}~${suffix}`;
}

/** Real time of a row, ms. */
export function realTimeOf(rowKey: string): number {
  return Number(rowKey.slice(0, timeDigits));
}
