// How the path of a request reaches a function in Azure: the front end decodes it and encodes it again, so that what
// was needlessly encoded (`%3A`, `%40`, `%2B`) arrives plain, and `%2F` stays, since it must not become a separator.

const encodedRun = /(?:%[0-9a-f]{2})+/gi;
/** What may not stand in a path as it is; a percent sign may where two hexadecimal digits follow. */
const needsEncoding = /%(?![0-9a-f]{2})|[^\w\-.~!$&'()*+,;=:@/%]+/gi;

/** Decodes a path or a segment of it; `%2F` and what is not valid UTF-8 stay encoded. */
export function decodeSegment(text: string): string {
  return text.includes('%') ? text.replace(encodedRun, decodeRun) : text;
}

function decodeRun(run: string): string {
  try {
    return decodeURIComponent(run.replace(/%(?=2f)/gi, '%25'));
  } catch {
    return run;
  }
}

/** @param target path and query as sent; the query comes back untouched */
export function reencodeTarget(target: string): string {
  const queryStart = target.indexOf('?');
  const pathEnd = queryStart < 0 ? target.length : queryStart;
  return decodeSegment(target.slice(0, pathEnd)).replace(needsEncoding, encodeURIComponent) + target.slice(pathEnd);
}
