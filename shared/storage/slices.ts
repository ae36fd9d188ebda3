/** A list in pieces of at most so many, in order: what fits into one transaction, one message, one row. */
export function* slicesOf<Entry>(list: readonly Entry[], size: number): Generator<readonly Entry[]> {
  for (let start = 0; start < list.length; start += size) {
    yield list.slice(start, start + size);
  }
}
