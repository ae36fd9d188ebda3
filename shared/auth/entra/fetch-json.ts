// Fetches a small JSON document from one origin and from nowhere else: no redirects, bounded in size and time.
import { Agent, request } from 'undici';

const timeoutMs = 5_000;
const maxBytes = 1024 * 1024;

export type FetchJson = (url: string) => Promise<unknown>;

/**
 * @param origin scheme, host and port that documents may come from
 * @param ca PEM, trusted instead of the public authorities
 * @returns a function that throws an Error when the document does not come, is too large or is no JSON
 */
export function fetchJsonFrom(origin: string, ca?: string): FetchJson {
  const dispatcher = new Agent({ connections: 2, ...(ca !== undefined && { connect: { ca } }) });
  return async (url) => {
    if (new URL(url).origin !== new URL(origin).origin) {
      throw new Error('The authority refers to another host, which is not asked.');
    }
    const { statusCode, body } = await request(url, { dispatcher, signal: AbortSignal.timeout(timeoutMs) });
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      // Leaving the loop ends the connection.
      if (bytes > maxBytes) throw new Error('A document of the authority is larger than 1 MiB.');
      chunks.push(chunk);
    }
    if (statusCode !== 200) throw new Error(`The authority answered with status ${statusCode}.`);
    return JSON.parse(Buffer.concat(chunks).toString());
  };
}
