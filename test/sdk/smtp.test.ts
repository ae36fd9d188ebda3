// Mail by SMTP, as a program sends it that knows nothing but a host, a port, a user name and a password: to the emulator
// with what it prints, and with a user that Microsoft's management SDK has made.
import { CommunicationServiceManagementClient } from '@azure/arm-communication';
import { ClientSecretCredential } from '@azure/identity';
import { startEmulator, type Emulator, type EmulatorResource } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Login, sendBy } from '../gateway/smtp-client.js';
import { heldOptions } from './clients.js';

let emulator: Emulator;
const lines: string[] = [];

beforeAll(async () => {
  emulator = await startEmulator({
    ephemeral: true,
    geographies: ['europe', 'germany'],
    log: (line) => lines.push(line),
    requestLog: 'requests',
  });
});
afterAll(() => emulator?.dispose());

function smtpOf(index: number): NonNullable<EmulatorResource['smtp']> {
  const { smtp } = emulator.resources[index] ?? {};
  if (smtp === undefined) {
    throw new Error('There is no SMTP.');
  }
  return smtp;
}

const send = (port: number, login: Login, from: string, to: string) =>
  sendBy(port, { ca: emulator.caCertificate, login, mail: { from, to, subject: 'Tea', text: 'At four' } });

describe('A plain SMTP client', () => {
  it('sends from each resource with what the emulator says, and the mail lies in the mailbox', async () => {
    for (const [index, { geography, mailSender }] of emulator.resources.entries()) {
      const { port, username, password } = smtpOf(index);
      const said = await send(port, { user: username, pass: password }, mailSender, 'anna@contoso.example');
      expect(said).toMatch(/^250 /);
      const mail = await emulator.stage('email', 'wait-for-mail', { to: 'anna@contoso.example' }, { geography });
      expect(mail).toMatchObject({ from: mailSender, subject: 'Tea' });
    }
  });

  it('sends as a user of a resource that was made just now, at its geography alone, until the user goes', async () => {
    const { entra, management } = emulator.ready;
    const credential = new ClientSecretCredential(entra.tenantId, entra.clientId, entra.clientSecret, {
      authorityHost: entra.authorityHost,
      disableInstanceDiscovery: true,
      ...emulator.clientOptions,
    });
    const subscription = '99999999-2222-3333-4444-555555555555';
    const client = new CommunicationServiceManagementClient(credential, subscription, {
      endpoint: management,
      ...heldOptions(emulator),
    });
    const [group, domain, quickly] = ['mail', 'post.example.com', { updateIntervalInMs: 50 }];
    const place = { location: 'global', dataLocation: 'Germany' };
    await client.emailServices.beginCreateOrUpdateAndWait(group, 'post', place, quickly);
    const managed = { location: 'global', domainManagement: 'CustomerManaged' };
    const { id = '' } = await client.domains.beginCreateOrUpdateAndWait(group, 'post', domain, managed, quickly);
    for (const verificationType of ['Domain', 'SPF', 'DKIM', 'DKIM2']) {
      await client.domains.beginInitiateVerificationAndWait(group, 'post', domain, { verificationType }, quickly);
    }
    await client.senderUsernames.createOrUpdate(group, 'post', domain, 'info', { username: 'info' });
    const service = { ...place, linkedDomains: [id] };
    await client.communicationServices.beginCreateOrUpdateAndWait(group, 'shop', service, quickly);
    const login = { user: 'Shop@post.example.com', pass: entra.clientSecret };
    const [inEurope, inGermany] = [smtpOf(0).port, smtpOf(1).port];
    expect(await send(inGermany, login, `info@${domain}`, 'bert@contoso.example')).toMatch(/^535 /);
    await client.smtpUsernames.createOrUpdate(group, 'shop', 'mailer', {
      username: 'shop@post.example.com',
      entraApplicationId: entra.clientId,
      tenantId: entra.tenantId,
    });
    // A name that nobody has is not looked for again at once.
    const soon = { timeout: 10_000, interval: 300 };
    const sent = () => send(inGermany, login, `info@${domain}`, 'bert@contoso.example');
    await expect.poll(sent, soon).toMatch(/^250 /);
    const from = { geography: 'germany', resource: 'shop' } as const;
    const mail = await emulator.stage('email', 'wait-for-mail', { to: 'bert@contoso.example' }, from);
    expect(mail).toMatchObject({ from: `info@${domain}` });
    expect(await send(inEurope, login, `info@${domain}`, 'bert@contoso.example')).toMatch(/^535 /);
    await client.smtpUsernames.delete(group, 'shop', 'mailer');
    expect(await sent()).toMatch(/^535 /);
  }, 60_000);

  it('has its password in no line of the log', () => {
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.join('\n')).not.toContain(smtpOf(0).password);
    expect(lines.join('\n')).not.toContain('anna@contoso.example');
  });
});

describe('An emulator that is to take no mail by SMTP', () => {
  it('says nothing of it', async () => {
    const without = await startEmulator({ ephemeral: true, geographies: ['europe'], smtp: false });
    try {
      expect(without.resources[0]?.smtp).toBeUndefined();
      expect(without.ready.geographies['europe']?.bouncePort).toBeUndefined();
    } finally {
      await without.dispose();
    }
  });
});
