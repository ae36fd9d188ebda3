// By what a repeated append is recognised: which request it was, and what that said. One column holds both.

export interface Fingerprint {
  /** Equal for all that comes under one request id of one sender; no dots. */
  readonly request: string;
  /** Equal for equal content of that request. Empty where it is not known any more: what was written has changed since. */
  readonly content: string;
}

const between = '.';

export function toColumn({ request, content }: Fingerprint): string {
  return `${request}${between}${content}`;
}

/** @param column of an entry; earlier builds wrote one hash of everything, which is left to be emptied and found by nobody */
export function fromColumn(column: unknown): Fingerprint | undefined {
  if (typeof column !== 'string' || column === '') {
    return undefined;
  }
  const at = column.indexOf(between);
  return at === -1
    ? { request: '', content: column }
    : { request: column.slice(0, at), content: column.slice(at + between.length) };
}

/** What is left of it when the entry changes: enough that what came before is not taken for the newest of its request. */
export function withoutContent(fingerprint: Fingerprint): Fingerprint {
  return { ...fingerprint, content: '' };
}
