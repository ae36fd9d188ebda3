// What the owner of a domain publishes, and whether it stands in DNS: against a DNS server that is not ours to ask.
import { generateKeyPairSync } from 'node:crypto';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { spf } from 'mailauth/lib/spf/index.js';
import { afterEach, describe, expect, it } from 'vitest';
import { checkRecords, dnsLookUp, domainRecords, MailSettingsShape, verifyRecord } from '../../shared/email/index.js';
import type { ArmId } from '../../shared/resources/index.js';
import { type DnsServer, startDnsServer } from './dns-server.js';

const owner: ArmId = {
  type: 'emailServices',
  subscriptionId: '11111111-2222-3333-4444-555555555555',
  resourceGroup: 'group',
  name: 'mails',
};
const key = Buffer.alloc(32, 9);
const servers: DnsServer[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
  }
});

const recordsWith = (settings: object | undefined, domain = 'contoso.example', of = owner) =>
  domainRecords({ settings: settings && MailSettingsShape.parse(settings), key }, of, domain);

const relay = { host: 'smtp.relay.example', spfInclude: 'spf.relay.example' };

async function lookUpIn(zone: Parameters<typeof startDnsServer>[0]) {
  const server = await startDnsServer(zone);
  servers.push(server);
  return dnsLookUp([server.address]);
}

describe('The records of a domain', () => {
  it('follow from the relay of its mail', () => {
    const dkimRecords = [
      { selector: 's1', cname: 's1.domainkey.relay.example' },
      { selector: 'k2', txt: 'v=DKIM1; p=AAAA' },
    ];
    expect(recordsWith({ relays: { 'contoso.example': { ...relay, dkimRecords } } })).toMatchObject({
      Domain: {
        type: 'TXT',
        name: 'contoso.example',
        value: expect.stringMatching(/^ms-domain-verification=[\da-f]{32}$/),
      },
      SPF: { type: 'TXT', name: 'contoso.example', value: 'v=spf1 include:spf.relay.example ~all' },
      DKIM: { type: 'CNAME', name: 's1._domainkey', value: 's1.domainkey.relay.example' },
      DKIM2: { type: 'TXT', name: 'k2._domainkey', value: 'v=DKIM1; p=AAAA' },
      DMARC: { type: 'TXT', name: '_dmarc.contoso.example', value: 'v=DMARC1; p=none' },
    });
  });

  it('leave out what nobody knows, or nobody has to publish', () => {
    expect(Object.keys(recordsWith({ relays: { '*': { host: 'smtp.relay.example' } } }))).toEqual(['Domain', 'DMARC']);
    const direct = recordsWith({ direct: true, name: 'mail.domicile.example' });
    expect(direct.SPF?.value).toBe('v=spf1 a:mail.domicile.example ~all');
    expect(direct.DKIM).toBeUndefined();
  });

  it('break nobody’s mail when published where none is sent', () => {
    const { SPF, DKIM, DKIM2 } = recordsWith(undefined);
    expect(SPF?.value).toBe('v=spf1 ?all');
    expect([DKIM?.value, DKIM2?.value]).toEqual([
      'selector1._domainkey.domicile.invalid',
      'selector2._domainkey.domicile.invalid',
    ]);
  });

  it('prove a domain to one resource alone', () => {
    const values = [owner, { ...owner, name: 'others' }].map(
      (of) => recordsWith(undefined, 'contoso.example', of).Domain?.value,
    );
    expect(new Set(values).size).toBe(2);
    expect(recordsWith(undefined, 'Contoso.example').Domain?.value).toBe(values[0]);
  });

  it.each([
    ['rsa', { modulusLength: 2048 }],
    ['ed25519', {}],
  ])('have the key that signs its mail, %s', async (type, options) => {
    const { privateKey } = generateKeyPairSync(type as 'rsa', options as { modulusLength: number });
    const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const records = recordsWith({ dkim: { 'contoso.example': [{ selector: 's2026', key: pem }] } });
    const message = 'From: info@contoso.example\r\nSubject: Tea\r\n\r\nAt four\r\n';
    const signer = { signingDomain: 'contoso.example', selector: 's2026', privateKey: pem };
    const { signatures } = await dkimSign(message, { ...signer, signatureData: [signer] });
    const resolver = async () => [[records.DKIM?.value ?? '']];
    const { results } = await dkimVerify(signatures + message, { resolver });
    expect(results.map(({ status }) => status.result)).toEqual(['pass']);
  });

  it('let the relay send in its name', async () => {
    const { SPF } = recordsWith({ relays: { '*': relay } });
    const zone: Record<string, string> = {
      'contoso.example': SPF?.value ?? '',
      'spf.relay.example': 'v=spf1 ip4:192.0.2.1 -all',
    };
    const resolver = async (name: string, type: string) => (type === 'TXT' ? [[zone[name] ?? '']] : []);
    const judge = async (ip: string) =>
      (await spf({ ip, sender: 'bounce-a@contoso.example', helo: 'smtp.relay.example', resolver })).status.result;
    expect([await judge('192.0.2.1'), await judge('198.51.100.7')]).toEqual(['pass', 'softfail']);
  });
});

describe('A look at DNS', () => {
  const wanted = recordsWith({
    relays: { '*': { ...relay, dkimRecords: [{ selector: 's1', cname: 's1.relay.example' }] } },
  });
  const proof = wanted.Domain?.value ?? '';

  async function statesIn(zone: Parameters<typeof startDnsServer>[0]) {
    const checked = await checkRecords(await lookUpIn(zone), wanted, 'contoso.example');
    return Object.fromEntries(checked.map(({ verificationType, state }) => [verificationType, state]));
  }

  it('finds what is right, beside what others have put there, and however it is written', async () => {
    const states = await statesIn({
      'TXT contoso.example': ['other=1', proof.toUpperCase(), 'v=spf1 ip4:192.0.2.9 +include:SPF.relay.example -all'],
      'CNAME s1._domainkey.contoso.example': ['S1.relay.example'],
      'TXT _dmarc.contoso.example': ['v=DMARC1; p=reject; rua=mailto:dmarc@contoso.example'],
    });
    expect(states).toEqual({ Domain: 'right', SPF: 'right', DKIM: 'right', DMARC: 'right' });
  });

  it('finds what is wrong', async () => {
    const states = await statesIn({
      'TXT contoso.example': ['ms-domain-verification=00', 'v=spf1 -all include:spf.relay.example'],
      'CNAME s1._domainkey.contoso.example': ['s1._domainkey.contoso.example'],
      'TXT _dmarc.contoso.example': ['v=DMARC1; rua=mailto:dmarc@contoso.example'],
    });
    expect(states).toEqual({ Domain: 'wrong', SPF: 'wrong', DKIM: 'wrong', DMARC: 'wrong' });
  });

  it('finds two of which there may be one, and what is not there', async () => {
    const states = await statesIn({
      'TXT contoso.example': ['v=spf1 include:spf.relay.example ~all', 'v=spf1 -all'],
    });
    expect(states).toEqual({ Domain: 'missing', SPF: 'twice', DKIM: 'missing', DMARC: 'missing' });
  });

  it('knows a key that takes several strings', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    expect(publicKey.asymmetricKeyType).toBe('rsa');
    const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const records = recordsWith({ dkim: { 'contoso.example': [{ selector: 's1', key: pem }] } });
    const value = records.DKIM?.value ?? '';
    expect(value.length).toBeGreaterThan(255);
    const lookUp = await lookUpIn({ 'TXT s1._domainkey.contoso.example': [value.replace('v=DKIM1; ', '')] });
    const [checked] = await checkRecords(lookUp, { DKIM: records.DKIM }, 'contoso.example');
    expect(checked?.state).toBe('right');
  });

  it('ends soon where nobody answers, and what was verified stays so', async () => {
    const server = await startDnsServer(undefined);
    servers.push(server);
    const lookUp = dnsLookUp([server.address]);
    const verify = (before?: { readonly status: 'Verified' }) =>
      verifyRecord(lookUp, 'SPF', wanted.SPF, 'contoso.example', before);
    const [first, again] = await Promise.all([verify(), verify({ status: 'Verified' })]);
    expect(first).toEqual({ status: 'VerificationFailed', errorCode: 'DnsDidNotAnswer' });
    expect(again).toEqual({ status: 'Verified' });
    expect(server.asked).toBeLessThanOrEqual(4);
  });
});
