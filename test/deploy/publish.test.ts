// How a package is published, against a real server that plays Azure's side.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awaitHealth } from '../../deploy/publish/await-health.js';
import { putPackage } from '../../deploy/publish/publish-dedicated.js';
import { awaitDeployment, postPackage } from '../../deploy/publish/publish-flex.js';
import { type CloudServer, startCloudServer } from './cloud-server.js';
import { factsOf } from './fake-cloud.js';

const zip = new Uint8Array([80, 75, 5, 6]);
const facts = factsOf('europe');
const status = '/api/deployments/d-1';
let azure: CloudServer;

beforeEach(async () => {
  azure = await startCloudServer();
});
afterEach(() => azure.close());

describe('publishing to a Flex app', () => {
  it('posts the zip with a token of the login, without a build there', async () => {
    expect(await postPackage(azure.caller, facts, zip)).toBe('d-1');
    expect(azure.received).toEqual([
      expect.objectContaining({
        method: 'POST',
        host: facts.publishHost,
        path: '/api/publish?RemoteBuild=false&Deployer=acs-domicile',
        authorization: 'Bearer token-for-management.azure.com',
        headers: expect.objectContaining({ 'content-type': 'application/zip' }),
        body: Buffer.from(zip),
      }),
    ]);
  });

  it.each([
    ['another deployment is under way', [409, 'busy']],
    ['the service has trouble', [503]],
    ['too much is asked of it', [429]],
    ['the connection breaks off', 'reset'],
    ['a new role is not known everywhere yet', [400, 'BlobUploadFailedException: 403']],
  ] as const)('tries again when %s', async (_why, reply) => {
    azure.reply('POST /api/publish', reply, reply);
    expect(await postPackage(azure.caller, facts, zip)).toBe('d-1');
    expect(azure.received.length).toBe(3);
    expect(azure.pauses).toEqual([2_000, 4_000]);
  });

  it('gives up after eight tries, with the reason', async () => {
    azure.reply('POST /api/publish', ...Array.from({ length: 20 }, () => [409, 'busy'] as const));
    await expect(postPackage(azure.caller, facts, zip)).rejects.toThrow(/409: another deployment is under way/);
    expect(azure.received.length).toBe(8);
    expect(Math.max(...azure.pauses)).toBe(30_000);
  });

  it.each([
    [401, /run az login again/],
    [403, /role "Website Contributor"/],
    [404, /update the stack first/],
    [415, /Unsupported/],
  ])('does not repeat what is refused with %i, and says what to do', async (code, sentence) => {
    azure.reply('POST /api/publish', [code, 'Unsupported']);
    await expect(postPackage(azure.caller, facts, zip)).rejects.toThrow(sentence);
    expect(azure.received.length).toBe(1);
  });

  it('never takes its token to another host', async () => {
    azure.reply('POST /api/publish', ...Array.from({ length: 8 }, () => [307] as const));
    await expect(postPackage(azure.caller, facts, zip)).rejects.toThrow(/redirect/);
    expect(new Set(azure.received.map(({ host }) => host))).toEqual(new Set([facts.publishHost]));
  });

  it('waits until the deployment has succeeded, also while the service does not know it', async () => {
    azure.reply(`GET ${status}`, [404], [202, { status: 0 }], [200, { status: 1 }], [502], [200, 'not json']);
    expect(await awaitDeployment(azure.caller, facts, 'd-1')).toBe('succeeded');
    expect(azure.received.length).toBe(6);
  });

  it.each([-1, 3, 5, 6])(
    'tells the reason of a deployment that ended with status %i, though the answer is 200',
    async (code) => {
      azure.reply(`GET ${status}`, [200, { status: code, status_text: 'WEBSITE_RUN_FROM_PACKAGE is not supported' }]);
      expect(await awaitDeployment(azure.caller, facts, 'd-1')).toEqual({
        failed: 'WEBSITE_RUN_FROM_PACKAGE is not supported',
      });
    },
  );

  it('does not wait for ever', async () => {
    azure.reply(`GET ${status}`, ...Array.from({ length: 400 }, () => [200, { status: 2 }] as const));
    await expect(awaitDeployment(azure.caller, facts, 'd-1')).rejects.toThrow(/not over after ten minutes/);
    expect(azure.received.length).toBe(300);
  });
});

describe('publishing to a Dedicated app', () => {
  it('writes the blob that the app runs from, then has the app read it', async () => {
    await putPackage(azure.caller, factsOf('europe', 'dedicated'), zip);
    const app =
      'management.azure.com/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/domicile-europe/providers/Microsoft.Web/sites/domicile-europe-abcde';
    expect(azure.calls()).toEqual([
      'PUT domicileeuropeabcde.blob.core.windows.net/deployments/package.zip',
      `POST ${app}/restart`,
      `POST ${app}/syncfunctiontriggers`,
    ]);
    const [put, restart] = azure.received;
    expect(put).toMatchObject({ authorization: 'Bearer token-for-storage.azure.com', body: Buffer.from(zip) });
    expect(put?.headers).toMatchObject({ 'x-ms-blob-type': 'BlockBlob' });
    expect(restart?.authorization).toBe('Bearer token-for-management.azure.com');
  });

  it('names the role that is missing, and leaves the app alone', async () => {
    azure.reply('PUT /deployments', ...Array.from({ length: 8 }, () => [403] as const));
    await expect(putPackage(azure.caller, facts, zip)).rejects.toThrow(/"Storage Blob Data Contributor"/);
    expect(azure.received.every(({ method }) => method === 'PUT')).toBe(true);
  });
});

describe('the app after it was published', () => {
  it('has to answer itself', async () => {
    azure.reply('GET /health', 'reset', [404], [503], [503, { status: 'unhealthy' }]);
    expect(await awaitHealth(azure.caller, facts)).toBe('unhealthy');
    expect(azure.received.at(-1)?.authorization).toBeUndefined();
  });

  it('is given up when it does not', async () => {
    azure.reply('GET /health', ...Array.from({ length: 70 }, () => [404] as const));
    await expect(awaitHealth(azure.caller, facts)).rejects.toThrow(/does not answer GET .*\/health/);
    expect(azure.received.length).toBe(60);
  });
});
