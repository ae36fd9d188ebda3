// The carrier against a mail server that is not ours: what it hands over, and what it makes of each answer.
import { generateKeyPairSync } from 'node:crypto';
import { Readable } from 'node:stream';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { afterEach, describe, expect, it } from 'vitest';
import { certifyServer, newAuthority } from '../../emulator/certificates/certificate.js';
import type { Outcomes, Parcel } from '../../shared/deliveries/index.js';
import { type MailContent, MailSettingsShape, SmtpCarrier } from '../../shared/email/index.js';
import { createClock } from '../../shared/time/clock.js';
import { type Sink, startSink } from './sink.js';

const clock = createClock();
const opened: { close(): unknown }[] = [];
const authority = newAuthority(new Date());
const ca = authority.root;
const tls = certifyServer(authority, new Date());

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

const message = 'From: info@contoso.example\r\nTo: anna@post.example\r\nSubject: Tea\r\n\r\n.At four\r\n';

function parcelTo(addresses: readonly string[], body = message): Parcel<MailContent> {
  return {
    id: 'delivery',
    resourceId: 'resource',
    recipients: addresses.map((address, index) => ({ id: String(index), address })),
    content: {
      mailId: '0b0e6b1c-0000-4000-8000-000000000000',
      claim: '',
      claimedMs: 0,
      sender: 'info@contoso.example',
      returnPath: 'bounce-abc@contoso.example',
      where: { resourceId: 'owner', domain: 'contoso.example' },
    },
    openBody: async () => Readable.from([Buffer.from(body)]),
    attempt: 1,
  };
}

async function sinkWith(options: Parameters<typeof startSink>[0] = {}, login?: Parameters<typeof startSink>[1]) {
  const sink = await startSink(options, login);
  opened.push(sink);
  return sink;
}

function carrierTo(settings: object, more: object = {}): SmtpCarrier {
  const carrier = new SmtpCarrier({ settings: MailSettingsShape.parse(settings), clock, ...more });
  opened.push(carrier);
  return carrier;
}

const relay = ({ port }: Pick<Sink, 'port'>, more: object = {}) => ({
  relays: { 'contoso.example': { host: '127.0.0.1', port, tls: 'none', ...more } },
});
const handOver = async (carrier: SmtpCarrier, parcel: Parcel<MailContent>): Promise<Outcomes> =>
  (await carrier.handOver([parcel], new AbortController().signal))[0] ?? {};

const takenBy = (server: string) => ({ outcome: 'taken', receipt: { server } }) as const;
const taken = takenBy('127.0.0.1');

describe('A relay', () => {
  it('gets one envelope with the return path, the id for notices, and the message to the letter', async () => {
    const sink = await sinkWith({ disabledCommands: ['AUTH', 'STARTTLS'] });
    const outcomes = await handOver(carrierTo(relay(sink)), parcelTo(['anna@post.example', 'bert@post.example']));
    expect(outcomes).toEqual({ 0: taken, 1: taken });
    expect(sink.mails).toEqual([
      expect.objectContaining({ from: 'bounce-abc@contoso.example', to: ['anna@post.example', 'bert@post.example'] }),
    ]);
    expect(String(sink.mails[0]?.message)).toBe(message);
  });

  it('is signed in at, over TLS, and its certificate is looked at', async () => {
    const sink = await sinkWith(tls, { user: 'contoso', password: 'secret' });
    const login = { tls: 'required', user: 'contoso', password: 'secret' };
    expect(await handOver(carrierTo(relay(sink, login)), parcelTo(['anna@post.example']))).toMatchObject({
      0: { outcome: 'deferred' },
    });
    expect(sink.mails).toEqual([]);
    const trusted = carrierTo({ relays: { '*': { host: 'localhost', port: sink.port, ...login, ca } } });
    expect(await handOver(trusted, parcelTo(['anna@post.example']))).toEqual({ 0: takenBy('localhost') });
    expect(sink.mails).toMatchObject([{ user: 'contoso', isSecure: true }]);
    const wrong = { ...login, password: 'wrong', ca };
    const refused = carrierTo({ relays: { '*': { host: 'localhost', port: sink.port, ...wrong } } });
    expect(await handOver(refused, parcelTo(['anna@post.example']))).toEqual({
      0: { outcome: 'deferred', reason: 'login-refused' },
    });
  });

  it('gets nothing when it offers no TLS', async () => {
    const sink = await sinkWith({ disabledCommands: ['STARTTLS'] });
    const settings = relay(sink, { tls: 'required' });
    expect(await handOver(carrierTo(settings), parcelTo(['anna@post.example']))).toMatchObject({
      0: { outcome: 'deferred' },
    });
    expect(sink.mails).toEqual([]);
  });

  it.each([
    ['550 5.1.1 no such mailbox', { outcome: 'refused', reason: 'bounced 550 5.1.1' }],
    ['550 no such mailbox', { outcome: 'refused', reason: 'bounced 550' }],
    ['521 5.2.1 takes no mail', { outcome: 'refused', reason: 'bounced 521 5.2.1' }],
    ['554 5.7.1 not from you', { outcome: 'refused', reason: '554 5.7.1' }],
    ['451 4.2.2 full', { outcome: 'deferred', reason: 'said 451 4.2.2' }],
  ])('answers %s to one recipient, and the others get it', async (answer, outcome) => {
    const sink = await sinkWith({ disabledCommands: ['AUTH', 'STARTTLS'] });
    sink.answers.set('bert@post.example', answer);
    const outcomes = await handOver(carrierTo(relay(sink)), parcelTo(['anna@post.example', 'bert@post.example']));
    expect(outcomes).toEqual({ 0: taken, 1: outcome });
    expect(sink.mails.map(({ to }) => to)).toEqual([['anna@post.example']]);
  });

  it.each([
    ['550 5.1.1 no', '452 4.2.2 full', { 0: { outcome: 'refused' }, 1: { outcome: 'deferred' } }],
    ['550 5.1.1 no', '550 5.1.1 no', { 0: { outcome: 'refused' }, 1: { outcome: 'refused' } }],
  ])('answers %s and %s, and nobody gets it', async (first, second, outcomes) => {
    const sink = await sinkWith({ disabledCommands: ['AUTH', 'STARTTLS'] });
    sink.answers.set('anna@post.example', first).set('bert@post.example', second);
    const parcel = parcelTo(['anna@post.example', 'bert@post.example']);
    expect(await handOver(carrierTo(relay(sink)), parcel)).toMatchObject(outcomes);
    expect(sink.mails).toEqual([]);
  });

  it('gets the next mail over the same connection after it has refused everybody', async () => {
    const sink = await sinkWith({ disabledCommands: ['AUTH', 'STARTTLS'] });
    const carrier = carrierTo(relay(sink));
    sink.answers.set('anna@post.example', '550 5.1.1 no');
    expect(await handOver(carrier, parcelTo(['anna@post.example']))).toMatchObject({ 0: { outcome: 'refused' } });
    expect(await handOver(carrier, parcelTo(['bert@post.example']))).toEqual({ 0: taken });
    expect([sink.mails.length, sink.connections()]).toEqual([1, 1]);
  });

  it.each([
    ['554 5.6.0 what it says', { outcome: 'refused', reason: '554 5.6.0' }],
    ['550 what it says', { outcome: 'refused', reason: '550' }],
    ['451 4.3.0 later', { outcome: 'deferred', reason: 'said 451 4.3.0' }],
  ])('answers %s to the message', async (answer, outcome) => {
    const sink = await sinkWith({ disabledCommands: ['AUTH', 'STARTTLS'] });
    sink.answer = answer;
    expect(await handOver(carrierTo(relay(sink)), parcelTo(['anna@post.example']))).toEqual({ 0: outcome });
  });

  it('is not there', async () => {
    const sink = await startSink();
    await sink.close();
    expect(await handOver(carrierTo(relay(sink)), parcelTo(['anna@post.example']))).toEqual({
      0: { outcome: 'deferred', reason: 'no-connection' },
    });
  });

  it('has the message and says nothing: nobody knows then, and the wait ends when it is told to', async () => {
    const sink = await sinkWith({ disabledCommands: ['AUTH', 'STARTTLS'] });
    sink.isSilent = true;
    const abort = new AbortController();
    const body = Readable.from([Buffer.from(message)]);
    body.once('end', () => setImmediate(() => abort.abort()));
    const parcel = { ...parcelTo(['anna@post.example']), openBody: async () => body };
    const [outcomes] = await carrierTo(relay(sink)).handOver([parcel], abort.signal);
    expect(outcomes).toEqual({ 0: { outcome: 'unknown', reason: 'no-answer' } });
  });

  it('is asked over the same connection again, and over a new one when it has hung up', async () => {
    const sink = await sinkWith({ disabledCommands: ['AUTH', 'STARTTLS'] });
    const carrier = carrierTo(relay(sink));
    for (let n = 0; n < 5; n++) {
      expect(await handOver(carrier, parcelTo(['anna@post.example']))).toEqual({ 0: taken });
    }
    expect(sink.connections()).toBe(1);
  });

  it('gets what a key of the domain has signed', async () => {
    const sink = await sinkWith({ disabledCommands: ['AUTH', 'STARTTLS'] });
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = String(pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const dkim = { 'contoso.example': [{ selector: 's1', key }] };
    await handOver(carrierTo({ ...relay(sink), dkim }), parcelTo(['anna@post.example']));
    const published = pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const resolver = async (name: string) =>
      name === 's1._domainkey.contoso.example' ? [[`v=DKIM1; k=rsa; p=${published}`]] : [];
    const { results } = await dkimVerify(sink.mails[0]?.message ?? '', { resolver });
    expect(results).toMatchObject([{ status: { result: 'pass', aligned: 'contoso.example' } }]);
  });
});

describe('Without a relay', () => {
  const direct = { direct: true, name: 'mail.contoso.example' };
  const hosts = (...exchanges: string[]) => ({
    resolveMailHosts: async () => exchanges.map((exchange, priority) => ({ exchange, priority })),
  });

  it('the mail hosts of the recipients get it, the next one when the first is not there', async () => {
    const sink = await sinkWith({ disabledCommands: ['AUTH'] });
    const carrier = carrierTo(direct, { ...hosts('127.0.0.2', '127.0.0.1'), mailHostPort: sink.port });
    expect(await handOver(carrier, parcelTo(['anna@post.example']))).toEqual({ 0: taken });
    // Whoever offers TLS gets it encrypted, whatever the certificate says.
    expect(sink.mails).toMatchObject([{ isSecure: true, to: ['anna@post.example'] }]);
  });

  it('a domain that takes no mail bounces, and one that nobody knows of too', async () => {
    const noMail = carrierTo(direct, hosts('.'));
    const bounced = { 0: { outcome: 'refused', reason: 'bounced 556 5.1.10' } };
    expect(await handOver(noMail, parcelTo(['anna@post.example']))).toEqual(bounced);
    const failing = (code: string) =>
      carrierTo(direct, { resolveMailHosts: async () => Promise.reject(Object.assign(new Error(code), { code })) });
    expect(await handOver(failing('ENOTFOUND'), parcelTo(['anna@post.example']))).toEqual(bounced);
    expect(await handOver(failing('ETIMEOUT'), parcelTo(['anna@post.example']))).toEqual({
      0: { outcome: 'deferred', reason: 'no-dns' },
    });
  });
});
