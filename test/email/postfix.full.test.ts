// Mail over a real mail server that is not ours, in the configuration that operators have: TLS required, keys that sign, and
// notices that come back.
import { generateKeyPairSync } from 'node:crypto';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { certifyServer, newAuthority } from '../../emulator/certificates/certificate.js';
import type { TestGeography, TestProcess } from '../app/composed-app.js';
import { linkDomains, startDeployed } from './deployed-mail.js';
import { mailFrom, statesOf } from './mail-app.js';
import { type Postfix, startPostfix, whyNoPostfix } from './postfix.js';
import { type Sink, startSink } from './sink.js';

const why = whyNoPostfix();
if (why !== undefined) {
  process.stdout.write(`  Nothing is sent over a real mail server: ${why}\n`);
}

const domain = 'contoso.example';
const bounceDomain = 'bounces.contoso.example';

describe.skipIf(why !== undefined)('A mail over postfix', () => {
  let sink: Sink;
  let postfix: Postfix;
  let geography: TestGeography;
  let app: TestProcess;
  const signing = generateKeyPairSync('rsa', { modulusLength: 2048 });

  beforeAll(async () => {
    const authority = newAuthority(new Date());
    sink = await startSink({ disabledCommands: ['AUTH', 'STARTTLS'] });
    const onward = { domains: ['later.example', bounceDomain], port: sink.port };
    postfix = await startPostfix({ tls: certifyServer(authority, new Date()), users: ['anna', 'bert'], onward });
    geography = await startDeployed({
      relays: { [domain]: { host: 'localhost', port: postfix.port, ca: authority.root } },
      bounceDomain,
      dkim: {
        [domain]: [{ selector: 's1', key: String(signing.privateKey.export({ type: 'pkcs8', format: 'pem' })) }],
      },
    });
    app = await geography.start();
    await linkDomains(app, [domain]);
  }, 120_000);
  afterAll(async () => {
    await geography?.stop();
    await postfix?.stop();
    await sink?.close();
  });

  async function send(recipients: object, more: object = {}): Promise<string> {
    const body = mailFrom(`info@${domain}`, { recipients, ...more });
    const answer = await app.call<{ id: string }>('email-send', { body });
    expect(answer.status).toBe(202);
    return answer.body.id;
  }
  const until = (id: string, states: readonly string[]) =>
    vi.waitFor(async () => expect(await statesOf(app, id), await postfix.log()).toEqual(states), 20_000);

  it('arrives signed and whole, and says nothing of who gets a blind copy', async () => {
    const text = 'Grüße\n.\n..\nFrom here on\n';
    const content = { subject: 'Grüße ✓', plainText: text, html: '<p>Grüße</p>' };
    const attachments = [{ name: 'a.bin', contentType: 'application/octet-stream', contentInBase64: 'AAECAw==' }];
    const recipients = { to: [{ address: 'anna@post.example' }], bcc: [{ address: 'bert@post.example' }] };
    const id = await send(recipients, { content, attachments });
    await until(id, ['Delivered', 'Delivered']);
    const [message = Buffer.alloc(0)] = await vi.waitFor(async () => {
      const found = await postfix.mailsOf('anna');
      expect(found).toHaveLength(1);
      return found;
    }, 20_000);
    const published = signing.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const resolver = async (name: string) =>
      name === `s1._domainkey.${domain}` ? [[`v=DKIM1; k=rsa; p=${published}`]] : [];
    const { results } = await dkimVerify(message, { resolver });
    expect(results).toMatchObject([{ status: { result: 'pass', aligned: domain } }]);
    expect(String(message)).toMatch(new RegExp(`^Return-Path: <bounce-[a-z2-7-]+@${bounceDomain}>`));
    expect(String(message)).not.toContain('bert@');
    expect(await vi.waitFor(() => postfix.mailsOf('bert'))).toHaveLength(1);
  });

  it('to nobody is refused at once, and the others get theirs', async () => {
    const recipients = { to: [{ address: 'nobody@post.example' }, { address: 'bert@post.example' }] };
    const id = await send(recipients, { content: { subject: 'Second', plainText: 'x' } });
    await until(id, ['Bounced', 'Delivered']);
    const again = await send({ to: [{ address: 'nobody@post.example' }] });
    expect(await statesOf(app, again)).toEqual(['Suppressed']);
  });

  it('that comes back later has bounced: postfix’s own notice says so', async () => {
    sink.answers.set('gone@later.example', '550 5.1.1 no such mailbox');
    const id = await send({ to: [{ address: 'gone@later.example' }] });
    await until(id, ['Delivered']);
    const notice = await vi.waitFor(async () => {
      const found = sink.mails.find(({ to }) => to.some((address) => address.endsWith(`@${bounceDomain}`)));
      expect(found, await postfix.log()).toBeDefined();
      return found;
    }, 20_000);
    expect(notice?.from).toBe('');
    const reported = await app.call('email-report-bounce', {
      body: notice?.message,
      headers: { 'content-type': 'message/rfc822' },
    });
    expect(reported.status).toBe(204);
    expect(await statesOf(app, id)).toEqual(['Bounced']);
    const again = await send({ to: [{ address: 'gone@later.example' }] });
    expect(await statesOf(app, again)).toEqual(['Suppressed']);
  });
});
