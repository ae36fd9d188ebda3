// Requests to a resource are signed with its key: scheme HMAC-SHA256 of ACS, "Sign an HTTP request".
import { createHmac, hash } from 'node:crypto';
import type { ResourceAccess } from './access.js';

/** @param endpoint scheme, host and port, without a slash at the end */
export function keyAccess(endpoint: string, accessKey: Buffer): ResourceAccess {
  const { host } = new URL(endpoint);
  return {
    origin: endpoint,
    endpoint,
    label: host,
    async authorize({ method, target, content }) {
      const date = new Date().toUTCString();
      const contentHash = hash('sha256', content, 'base64');
      const message = `${method}\n${target}\n${date};${host};${contentHash}`;
      const signature = createHmac('sha256', accessKey).update(message).digest('base64');
      return {
        'x-ms-date': date,
        'x-ms-content-sha256': contentHash,
        authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
      };
    },
  };
}
