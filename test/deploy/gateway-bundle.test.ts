// The bundle of the gateway, far from the project, starts; and the function app has nothing of it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayBundle, bundleGateway } from '../../deploy/package/bundle-gateway.js';
import { bundleApp } from '../../deploy/package/bundle-app.js';
import { loadCertificates } from '../../emulator/certificates/local-certificates.js';
import { CarrierApp } from '../gateway/smpp/carrier-app.js';
import { startSmppProcess } from '../gateway/smpp/smpp-process.js';
import { Smsc } from '../gateway/smpp/smsc.js';
import { project } from './unpacked-package.js';

let bundle: GatewayBundle;
let folder: string;

beforeAll(async () => {
  [bundle, folder] = await Promise.all([bundleGateway(project), mkdtemp(join(tmpdir(), 'domicile-gateway-'))]);
  await writeFile(join(folder, 'main.mjs'), bundle.code);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(environment: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn(process.execPath, ['main.mjs'], { cwd: folder, env: { PATH: '', ...environment } });
  try {
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        text += String(chunk);
      });
    }
    await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
    return text;
  } finally {
    child.kill('SIGKILL');
  }
}

describe('The bundle of the gateway', () => {
  it('starts with nothing but Node.js', async () => {
    const { server } = await loadCertificates();
    const said = await run({
      GATEWAY_APP: 'https://localhost:1',
      GATEWAY_SECRET: Buffer.alloc(32, 1).toString('base64'),
      GATEWAY_NAME: 'smtp.contoso.example',
      // Both in one text, as a deployment hands them over.
      GATEWAY_TLS_KEY: server.key + server.cert,
      GATEWAY_TLS_CERT: server.key + server.cert,
      GATEWAY_SUBMISSION_PORT: '0',
      GATEWAY_BOUNCE_PORT: '0',
      GATEWAY_ADDRESS: '127.0.0.1',
    });
    expect(said).toMatch(/^The gateway listens: submission \d+, bounces \d+\.\n$/);
  });

  it('submits text messages, and reads those that come, in every form that they have', async () => {
    const [app, smsc] = await Promise.all([CarrierApp.start(), Smsc.start()]);
    const more = { GATEWAY_SMPP_LONG_TEXTS: 'payload' };
    const gateway = await startSmppProcess(app, smsc, more, join(folder, 'main.mjs'));
    try {
      const { results } = await app.send(gateway.port, [{ text: 'a'.repeat(200) }, { id: 'b', text: 'Grüße' }]);
      expect(results.map(({ outcome }) => outcome)).toEqual(['taken', 'taken']);
      expect(smsc.submissions.map(({ tlvs }) => tlvs.get(0x424)?.length)).toEqual([200, undefined]);
      // The package that reads it fails on this one in a bundle, if it is let.
      const payload = new Map([[0x424, Buffer.from('Čaj', 'utf16le').swap16()]]);
      expect(await smsc.deliver({ coding: 8, tlvs: payload })).toBe(0);
      expect(await smsc.deliver({ octets: Buffer.from('Tea'), validity: 'R' })).toBe(0);
      expect(await smsc.receipt('m1', 'DELIVRD')).toBe(0);
      expect(app.messages.map(({ text }) => text)).toEqual(['Čaj', 'Tea']);
      expect(app.reports).toEqual([{ reference: 'm1', status: 'delivered' }]);
    } finally {
      await gateway.kill();
      await Promise.all([app.close(), smsc.close()]);
    }
  });

  it('says what is missing, and ends', async () => {
    expect(await run({})).toMatch(
      /^The gateway cannot start\. See docs\/gateway\.md\.\n {2}GATEWAY_APP is missing\.\n/,
    );
  });

  it('is small, and made of packages whose licences allow it', () => {
    expect(bundle.code.length).toBeLessThan(1_100_000);
    expect(bundle.packages.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['smtp-server', 'postal-mime', 'smpp', 'undici', 'zod']),
    );
    expect(bundle.packages.map(({ name }) => name).filter((name) => name.startsWith('@azure/'))).toEqual([]);
  });
});

it('The package for Functions has nothing of what serves SMTP or speaks SMPP', async () => {
  const { sources } = await bundleApp(project);
  expect(sources.filter((path) => /node_modules\/(smtp-server|smpp)\/|dist\/gateway\//.test(path))).toEqual([]);
});
