// Identities with chat tokens, made through the API with the access key, as an application's server does.
import { createHash, createHmac } from 'node:crypto';
import type { LoadClient } from './load-client.js';

export interface User {
  readonly rawId: string;
  /** Headers of every request that the user makes: names and values in turn. */
  readonly headers: readonly string[];
}

const path = '/identities?api-version=2023-10-01';
const atOnce = 8;

export async function createUsers(client: LoadClient, host: string, accessKey: string, count: number): Promise<User[]> {
  const users: User[] = [];
  const body = JSON.stringify({ createTokenWithScopes: ['chat'] });
  let started = 0;
  const work = async (): Promise<void> => {
    while (started++ < count) {
      const headers = signedHeaders({ method: 'POST', path, host, accessKey, body, date: new Date() });
      const answer = JSON.parse(await client.send({ method: 'POST', path, headers, body, expect: 201 })) as {
        identity: { id: string };
        accessToken: { token: string };
      };
      const authorization = `Bearer ${answer.accessToken.token}`;
      users.push({
        rawId: answer.identity.id,
        headers: ['authorization', authorization, 'content-type', 'application/json'],
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return users;
}

export interface Signable {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  /** Base64. */
  readonly accessKey: string;
  readonly body: string;
  readonly date: Date;
}

/** The headers of a request signed with an access key: ACS "Sign an HTTP request". Names and values in turn. */
export function signedHeaders({ method, path: target, host, accessKey, body, date }: Signable): string[] {
  const bodyHash = createHash('sha256').update(body).digest('base64');
  const dateText = date.toUTCString();
  const text = `${method}\n${target}\n${dateText};${host};${bodyHash}`;
  const signature = createHmac('sha256', Buffer.from(accessKey, 'base64')).update(text).digest('base64');
  const credentials = `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`;
  const headers = {
    host,
    'x-ms-date': dateText,
    'x-ms-content-sha256': bodyHash,
    'content-type': 'application/json',
    authorization: credentials,
  };
  return Object.entries(headers).flat();
}
