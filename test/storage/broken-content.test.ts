// What an upload does with a content that breaks off before the client of its container is there.
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { Blobs } from '../../shared/storage/blobs.js';

it.each([
  ['with its own failure', new Error('The sender hung up.'), 'The sender hung up.'],
  ['without one', undefined, 'given up before it was read'],
])('A content that breaks off %s while its client is loaded ends the upload', async (_how, failure, message) => {
  const content = new Readable({ read: () => undefined });
  let resolve = (_client: never): void => undefined;
  const loaded = new Promise<never>((done) => {
    resolve = done;
  });
  const upload = new Blobs(() => loaded).upload('image', content);
  content.destroy(failure);
  await new Promise((closed) => content.once('close', closed));
  resolve({ getBlockBlobClient: () => expect.fail('Nothing is left to send.') } as never);
  await expect(upload).rejects.toThrow(message);
});
