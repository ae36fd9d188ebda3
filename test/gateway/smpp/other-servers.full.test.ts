// What others have made of SMPP: the gateway as a customer of Perl's Net::SMPP, and beside Kannel as two customers of one SMSC.
// Each is played where it is installed.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CarrierApp } from './carrier-app.js';
import { type Kannel, startKannel } from './kannel.js';
import { Smsc } from './smsc.js';

const isThere = (program: string, ...args: readonly string[]): boolean => spawnSync(program, args).status === 0;
const isNeeded = process.env['DOMICILE_ALL_SERVERS'] === '1';
const hasNetSmpp = isNeeded || isThere('perl', '-MNet::SMPP', '-e', '1');
const hasKannel = isNeeded || spawnSync('/usr/sbin/bearerbox', ['--version']).error === undefined;

const long = `${'Tea is served at four. '.repeat(10)}[€]`;
const wide = `${'Čaj je ve čtyři. '.repeat(10)}🍵`;
const texts = ['Tea at 4 {€} äöñ @_', 'Čaj 🍵', long, wide];

let app: CarrierApp;

beforeAll(async () => {
  app = await CarrierApp.start();
});
afterEach(() => app?.closeGateways());
afterAll(() => app?.close());

describe.skipIf(!hasNetSmpp)('Net::SMPP of Perl (Debian has it as libnet-smpp-perl)', () => {
  it('takes what the gateway submits, and what it brings is told', async () => {
    const server = spawn('perl', ['test/gateway/smpp/net-smpp-server.pl', '0'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const said: Record<string, unknown>[] = [];
    createInterface({ input: server.stdout }).on('line', (line) =>
      said.push(JSON.parse(line) as Record<string, unknown>),
    );
    try {
      await expect.poll(() => said.length, { timeout: 20_000 }).toBe(1);
      const { ports } = await app.gateway(Number(said[0]?.['port']));
      const messages = texts.map((text, index) => ({ id: `m${index}`, text }));
      const { results } = await app.send(ports.texts, messages);
      expect(results.map(({ outcome, references }) => [outcome, references?.length])).toEqual([
        ['taken', 1],
        ['taken', 1],
        ['taken', 2],
        ['taken', 3],
      ]);
      expect(said[1]).toEqual({ bind: 'domicile', password: 'placeholder', version: 0x34 });
      expect(said.find(({ id }) => id === 'perl-1')).toMatchObject({
        source_addr_ton: 1,
        source_addr: '14255550100',
        destination_addr: '14255550123',
        validity_period: '000001000000000R',
        registered_delivery: 1,
        data_coding: 0,
        octets: Buffer.from('Tea at 4 \x1b(\x1be\x1b) \x7b\x7c\x7d \x00\x11', 'latin1').toString('hex'),
      });
      await expect.poll(() => app.messages.map(({ text }) => text).toSorted()).toEqual(texts.toSorted());
      await expect.poll(() => app.reports.length).toBe(7);
      const references = results.flatMap((each) => each.references ?? []);
      expect(new Set(app.reports.map(({ reference }) => reference))).toEqual(new Set(references));
      await expect.poll(() => said.filter(({ answered }) => answered === 0).length).toBe(14);
    } finally {
      const gone = once(server, 'exit');
      server.kill('SIGKILL');
      await gone;
    }
  });
});

describe.skipIf(!hasKannel)('Kannel (Debian has it as a package of this name)', () => {
  let smsc: Smsc;
  let kannel: Kannel;

  beforeAll(async () => {
    smsc = await Smsc.start();
    // What one customer submits the other gets.
    smsc.onSubmit = (submission) => {
      submission.answer(0, smsc.nextId());
      const other = smsc.binds.findLast(({ socket }) => socket !== submission.socket && !socket.destroyed);
      if (other !== undefined) {
        const { tlvs: _, ...message } = submission;
        void smsc.deliver({ ...message, registered: 0, validity: '' }, other.socket);
      }
    };
    kannel = await startKannel(smsc);
  });
  afterAll(async () => {
    await kannel?.close();
    await smsc?.close();
  });

  it('gets what the gateway submits, whole, in both alphabets', async () => {
    const { ports } = await app.gateway(smsc.port);
    const { results } = await app.send(
      ports.texts,
      texts.map((text, index) => ({ id: `k${index}`, text, reportWanted: false })),
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(texts.map(() => 'taken'));
    await expect.poll(() => kannel.arrived.length, { timeout: 30_000 }).toBe(texts.length);
    expect(kannel.arrived.map(({ text }) => text.trim()).toSorted()).toEqual(
      texts.map((text) => text.trim()).toSorted(),
    );
    expect(new Set(kannel.arrived.map(({ from, to }) => [from, to].join()))).toEqual(
      new Set(['+14255550100,+14255550123']),
    );
  });

  it('sends what the app is told, whole, in both alphabets', async () => {
    app.messages.length = 0;
    await app.gateway(smsc.port);
    for (const text of texts) {
      expect(await kannel.send('+14255550123', '+14255550100', text)).toMatch(/^0: Accepted/);
    }
    await expect.poll(() => app.messages.length, { timeout: 30_000 }).toBe(texts.length);
    expect(app.messages.map(({ text }) => text.trim()).toSorted()).toEqual(texts.map((text) => text.trim()).toSorted());
    expect(new Set(app.messages.map(({ from, to }) => [from, to].join()))).toEqual(
      new Set(['+14255550123,+14255550100']),
    );
  });
});
