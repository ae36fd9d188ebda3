// Fetches a small JSON document from one origin and from nowhere else: no redirects, bounded in size and time.
import { Agent } from 'undici';

const timeoutMs = 5_000;
const maxBytes = 1024 * 1024;

/** The authority did not give what was asked of it. Its message holds nothing that was received. */
export class AuthorityError extends Error {
  override readonly name = 'AuthorityError';
}

export type FetchJson = (url: string) => Promise<unknown>;

/**
 * @param origin scheme, host and port that documents may come from
 * @param ca PEM, trusted instead of the public authorities
 * @returns a function that throws an {@link AuthorityError} when the document does not come, is too large or is no JSON
 */
export function fetchJsonFrom(origin: string, ca?: string): FetchJson {
  const dispatcher = new Agent({ connections: 2, ...(ca !== undefined && { connect: { ca } }) });
  return async (url) => {
    if (new URL(url).origin !== new URL(origin).origin) {
      throw new AuthorityError('The authority refers to another host, which is not asked.');
    }
    let text: string;
    try {
      text = await fetchText(url, dispatcher);
    } catch (error) {
      if (error instanceof AuthorityError) {
        throw error;
      }
      const { code = 'no code' } = error as { code?: string };
      throw new AuthorityError(`The authority cannot be reached, or broke off (${code}).`);
    }
    try {
      return JSON.parse(text);
    } catch {
      // The parser's own message quotes the text.
      throw new AuthorityError('The authority answered with something that is not JSON.');
    }
  };
}

async function fetchText(url: string, dispatcher: Agent): Promise<string> {
  const { origin, pathname, search } = new URL(url);
  const { statusCode, body } = await dispatcher.request({
    origin,
    path: pathname + search,
    method: 'GET',
    signal: AbortSignal.timeout(timeoutMs),
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Leaving the loop ends the connection.
    if (bytes > maxBytes) {
      throw new AuthorityError('A document of the authority is larger than 1 MiB.');
    }
    chunks.push(chunk);
  }
  if (statusCode !== 200) {
    throw new AuthorityError(`The authority answered with status ${statusCode}.`);
  }
  return Buffer.concat(chunks).toString();
}
