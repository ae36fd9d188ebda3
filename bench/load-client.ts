// The HTTP client of the load generator: undici's dispatcher without its stream objects, to leave the cores to others.
import { Pool } from 'undici';

export interface LoadRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** With query string. */
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body?: string;
  /** The status that means success. */
  readonly expect: number;
}

export class LoadClient {
  readonly #pool: Pool;

  /** @param ca PEM, for https */
  constructor(origin: string, options: { readonly connections: number; readonly ca?: string }) {
    const { connections, ca } = options;
    this.#pool = new Pool(origin, {
      connections,
      keepAliveTimeout: 60_000,
      keepAliveMaxTimeout: 60_000,
      ...(ca !== undefined && { connect: { ca } }),
    });
  }

  /** @returns the body as text; rejects when the status is another than expected */
  send(request: LoadRequest): Promise<string> {
    return new Promise((resolve, reject) => {
      let status = 0;
      const chunks: Buffer[] = [];
      this.#pool.dispatch(
        { method: request.method, path: request.path, headers: [...request.headers], body: request.body ?? null },
        {
          onRequestStart: () => undefined,
          onResponseStart: (_controller, statusCode) => {
            status = statusCode;
          },
          onResponseData: (_controller, chunk) => {
            chunks.push(chunk);
          },
          onResponseEnd: () => {
            const text = Buffer.concat(chunks).toString();
            if (status === request.expect) {
              resolve(text);
            } else {
              reject(new Error(`${request.method} answered ${status} instead of ${request.expect}: ${text}`));
            }
          },
          onResponseError: (_controller, error) => reject(error),
        },
      );
    });
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}
