// The settings that the gateway reads where it runs by itself are those that its page explains.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readGatewaySettings } from '../../gateway/settings.js';
import { smppOptionsOf, type SmppSettings } from '../../gateway/smpp/smpp-settings.js';

const page = readFileSync('docs/gateway.md', 'utf8');
const named = (text: string) => new Set([...text.matchAll(/\bGATEWAY_[A-Z_]+/g)].map(([name]) => name));
const right = {
  GATEWAY_APP: 'https://domicile-europe.azurewebsites.net/',
  GATEWAY_SECRET: Buffer.alloc(32, 7).toString('base64'),
  GATEWAY_NAME: 'smtp.contoso.example',
  GATEWAY_TLS_KEY: '-----BEGIN PRIVATE KEY-----',
  GATEWAY_TLS_CERT: '-----BEGIN CERTIFICATE-----',
};

describe('Settings of the gateway', () => {
  it('are those that docs/gateway.md explains', () => {
    const explained = new Set([...page.matchAll(/^\| `(GATEWAY_[A-Z_]+)` \|/gm)].map(([, name]) => name));
    const read = ['gateway/settings.ts', 'gateway/smpp/smpp-settings.ts'].map((file) => readFileSync(file, 'utf8'));
    // The beginning of their names is none.
    expect(explained).toEqual(new Set([...named(read.join('\n'))].filter((name) => name !== 'GATEWAY_SMPP_')));
  });

  it('have the ports of mail unless it is told others, or none', () => {
    expect(readGatewaySettings(right)).toMatchObject({
      GATEWAY_APP: 'https://domicile-europe.azurewebsites.net',
      GATEWAY_SUBMISSION_PORT: 587,
      GATEWAY_BOUNCE_PORT: 25,
      GATEWAY_MAX_MEGABYTES: 10,
    });
    expect(readGatewaySettings({ ...right, GATEWAY_BOUNCE_PORT: 'off' }).GATEWAY_BOUNCE_PORT).toBe('off');
  });

  it('that are wrong are all said at once, without what they say', () => {
    const wrong = { ...right, GATEWAY_APP: 'http://mark', GATEWAY_SECRET: 'bWFyaw==', GATEWAY_BOUNCE_PORT: 'mark' };
    const read = () => readGatewaySettings({ ...wrong, GATEWAY_TLS_KEY: undefined });
    expect(read).toThrow(
      /GATEWAY_APP is no https address[^]*GATEWAY_SECRET needs at least 32[^]*GATEWAY_TLS_KEY is missing[^]*GATEWAY_BOUNCE_PORT is neither/,
    );
    expect(read).not.toThrow(/mark/);
  });
});

describe('Settings of text messages', () => {
  const texts = {
    ...right,
    GATEWAY_SMPP_SMSC: 'smpps://smsc.example:3550',
    GATEWAY_SMPP_SYSTEM_ID: 'domicile',
    GATEWAY_SMPP_PASSWORD: 'mark',
    GATEWAY_SMPP_SECRETS: right.GATEWAY_SECRET,
  };
  const read = (more: Readonly<Record<string, string | undefined>>) => readGatewaySettings({ ...texts, ...more }).smpp;

  it('are not there when there are none, and are needed together when there is one', () => {
    expect(readGatewaySettings(right).smpp).toBeUndefined();
    expect(() => readGatewaySettings({ ...right, GATEWAY_SMPP_BIND: 'separate' })).toThrow(
      /GATEWAY_SMPP_SMSC is missing[^]*GATEWAY_SMPP_SYSTEM_ID is missing[^]*GATEWAY_SMPP_PASSWORD is missing[^]*GATEWAY_SMPP_SECRETS is missing/,
    );
  });

  it('have what the standard says unless they are told otherwise', () => {
    expect(smppOptionsOf(read({}) as SmppSettings)).toMatchObject({
      smsc: {
        host: 'smsc.example',
        port: 3_550,
        tls: {},
        bind: 'transceiver',
        window: 10,
        timings: { responseMs: 10_000, enquireMs: 30_000 },
      },
      longTexts: 'udh',
      receiptIds: 'same',
      listen: { address: '127.0.0.1', port: 8_025, isSecure: false },
    });
    const plain = read({ GATEWAY_SMPP_SMSC: 'smpp://[::1]:2775', GATEWAY_SMPP_WINDOW: '50' });
    expect(smppOptionsOf(plain as SmppSettings).smsc).toMatchObject({ host: '::1', tls: undefined, window: 50 });
    const two = read({ GATEWAY_SMPP_SECRETS: `${right.GATEWAY_SECRET},${Buffer.alloc(40, 8).toString('base64')}` });
    expect(smppOptionsOf(two as SmppSettings).secrets.map(({ length }) => length)).toEqual([32, 40]);
  });

  it.each([
    ['GATEWAY_SMPP_SMSC', 'https://mark.example:1', 'is no smpps:// or smpp:// address'],
    ['GATEWAY_SMPP_SMSC', 'smpp://mark.example:0', 'names no port'],
    ['GATEWAY_SMPP_SYSTEM_ID', 'mark that is much too long', 'is no text of ASCII that short'],
    ['GATEWAY_SMPP_BIND', 'mark', 'is neither transceiver nor separate'],
    ['GATEWAY_SMPP_WINDOW', '0', 'is no whole number from 1 to 999'],
    ['GATEWAY_SMPP_RESPONSE_SECONDS', '11', 'is not from 1 to 10'],
    ['GATEWAY_SMPP_LONG_TEXTS', 'mark', 'is neither udh, sar nor payload'],
    ['GATEWAY_SMPP_RECEIPT_IDS', 'mark', 'is neither same, decimal nor hexadecimal'],
    ['GATEWAY_SMPP_LISTEN', 'http://0.0.0.0:8025', 'is http beyond the machine itself'],
    ['GATEWAY_SMPP_LISTEN', 'https://mark:8025', 'is no https:// or http:// address of numbers'],
    ['GATEWAY_SMPP_SECRETS', 'bWFyaw==', 'needs at least 32 bytes'],
    ['GATEWAY_SMPP_CA', 'mark', 'is no certificate in PEM'],
  ])('that are wrong are said, without what they say: %s %s', (name, value, sentence) => {
    expect(() => read({ [name]: value })).toThrow(`${name} ${sentence}`);
    expect(() => read({ [name]: value })).not.toThrow(/mark/);
  });
});
