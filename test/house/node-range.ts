// Whether a version of Node.js lies in a range of npm's `engines`: comparisons, `^`, `~`, `*`, blanks for and, `||` for or.

type Version = readonly [major: number, minor: number, patch: number];

export function acceptsNode(range: string, version: Version): boolean {
  return range.split('||').some((alternative) => acceptsAll(alternative.trim(), version));
}

function acceptsAll(alternative: string, version: Version): boolean {
  // `>= 20` is written with and without the blank.
  const comparators = alternative.replaceAll(/([<>=^~])\s+/g, '$1').split(/\s+/);
  return comparators.every((comparator) => accepts(comparator, version));
}

function accepts(comparator: string, version: Version): boolean {
  const match = /^(>=|<=|>|<|=|\^|~)?v?(\d+|[x*])(?:\.(\d+|[x*]))?(?:\.(\d+|[x*]))?$/.exec(comparator);
  if (comparator === '' || match?.[2] === '*' || match?.[2] === 'x') {
    return true;
  }
  if (match === null) {
    throw new Error(`The range "${comparator}" of engines is not understood.`);
  }
  const [, operator = '', ...parts] = match;
  const given = parts.filter((part) => part !== undefined && /^\d/.test(part)).map(Number);
  const from: Version = [given[0] ?? 0, given[1] ?? 0, given[2] ?? 0];
  const isSamePrefix = (length: number) => given.slice(0, length).every((part, index) => part === version[index]);
  switch (operator) {
    case '>=':
      return compare(version, from) >= 0;
    case '>':
      return compare(version, from) > 0 && !isSamePrefix(given.length);
    case '<=':
      return compare(version, from) <= 0 || isSamePrefix(given.length);
    case '<':
      return compare(version, from) < 0;
    case '^':
      return isSamePrefix(1) && compare(version, from) >= 0;
    case '~':
      return isSamePrefix(2) && compare(version, from) >= 0;
    default:
      return isSamePrefix(given.length);
  }
}

function compare(one: Version, other: Version): number {
  return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
}
