// What of the environment says that the gateway submits text messages, to which SMSC, and how.
import { z } from 'zod';
import { firstPauseMs, longestPauseMs, throttledPauseMs } from './limits.js';
import { receiptIds } from './message-references.js';
import type { SmppOptions } from './start-smpp.js';
import { longTexts } from './submit-fields.js';

const smscAddress = /^smpps?:\/\/([a-z0-9.-]+|\[[0-9a-f:]+\]):(\d{1,5})\/?$/i;
const listenAddress = /^(https?):\/\/([0-9.]+|\[[0-9a-f:]+\]):(\d{1,5})\/?$/i;
const loopback = /^(127\.[0-9.]+|::1)$/;

const secretsForm = /^[A-Za-z0-9+/=]+(,[A-Za-z0-9+/=]+)?$/;

/** Of SMPP, as text: 1 to so many letters, digits and signs of ASCII. */
const octets = (max: number) =>
  z.string().regex(new RegExp(`^[\\x21-\\x7e]{1,${max}}$`), 'is no text of ASCII that short');

const seconds = (from: number, to: number) =>
  z
    .string()
    .regex(/^\d{1,3}$/, 'is no number of seconds')
    .transform(Number)
    .refine((value) => value >= from && value <= to, `is not from ${from} to ${to}`);

export const SmppSettings = z.object({
  GATEWAY_SMPP_SMSC: z
    .string()
    .regex(smscAddress, 'is no smpps:// or smpp:// address with a port')
    .transform((text) => {
      const [, host = '', port] = smscAddress.exec(text) ?? [];
      return { host: bare(host), port: Number(port), isSecure: /^smpps:/i.test(text) };
    })
    .refine(({ port }) => port > 0 && port <= 65_535, 'names no port'),
  GATEWAY_SMPP_CA: z.string().includes('BEGIN CERTIFICATE', 'is no certificate in PEM').optional(),
  GATEWAY_SMPP_SYSTEM_ID: octets(15),
  /** Longer than the eight of the standard: some SMSCs take that. */
  GATEWAY_SMPP_PASSWORD: octets(64),
  GATEWAY_SMPP_SYSTEM_TYPE: octets(12).optional(),
  GATEWAY_SMPP_BIND: z.enum(['transceiver', 'separate'], 'is neither transceiver nor separate').default('transceiver'),
  GATEWAY_SMPP_WINDOW: z
    .string()
    .regex(/^([1-9]\d{0,2})$/, 'is no whole number from 1 to 999')
    .transform(Number)
    .default(10),
  /** No more, so that the app hears of all messages of a request while it waits. */
  GATEWAY_SMPP_RESPONSE_SECONDS: seconds(1, 10).default(10),
  GATEWAY_SMPP_ENQUIRE_SECONDS: seconds(5, 600).default(30),
  GATEWAY_SMPP_LONG_TEXTS: z.enum(longTexts, 'is neither udh, sar nor payload').default('udh'),
  GATEWAY_SMPP_RECEIPT_IDS: z.enum(receiptIds, 'is neither same, decimal nor hexadecimal').default('same'),
  GATEWAY_SMPP_LISTEN: z
    .string()
    .regex(listenAddress, 'is no https:// or http:// address of numbers, with a port')
    .transform((text) => {
      const [, scheme = '', address = '', port] = listenAddress.exec(text) ?? [];
      return { address: bare(address), port: Number(port), isSecure: scheme.toLowerCase() === 'https' };
    })
    .refine(({ port }) => port <= 65_535, 'names no port')
    .refine(
      ({ address, isSecure }) => isSecure || loopback.test(address),
      'is http beyond the machine itself; use https',
    )
    .default({ address: '127.0.0.1', port: 8_025, isSecure: false }),
  GATEWAY_SMPP_SECRETS: z
    .string()
    .regex(secretsForm, 'is no base64, or two with a comma between')
    .transform((text) => text.split(',').map((each) => Buffer.from(each, 'base64')))
    .refine((all) => all.every((secret) => secret.length >= 32), 'needs at least 32 bytes'),
});

export type SmppSettings = z.output<typeof SmppSettings>;

export function smppOptionsOf(settings: SmppSettings): SmppOptions {
  const { host, port, isSecure } = settings.GATEWAY_SMPP_SMSC;
  return {
    smsc: {
      host,
      port,
      tls: isSecure ? { ca: settings.GATEWAY_SMPP_CA } : undefined,
      systemId: settings.GATEWAY_SMPP_SYSTEM_ID,
      password: settings.GATEWAY_SMPP_PASSWORD,
      systemType: settings.GATEWAY_SMPP_SYSTEM_TYPE ?? '',
      bind: settings.GATEWAY_SMPP_BIND,
      window: settings.GATEWAY_SMPP_WINDOW,
      timings: {
        responseMs: settings.GATEWAY_SMPP_RESPONSE_SECONDS * 1_000,
        enquireMs: settings.GATEWAY_SMPP_ENQUIRE_SECONDS * 1_000,
        firstPauseMs,
        longestPauseMs,
        throttledPauseMs,
      },
    },
    longTexts: settings.GATEWAY_SMPP_LONG_TEXTS,
    receiptIds: settings.GATEWAY_SMPP_RECEIPT_IDS,
    listen: settings.GATEWAY_SMPP_LISTEN,
    secrets: settings.GATEWAY_SMPP_SECRETS as [Buffer, ...Buffer[]],
  };
}

const bare = (address: string): string => address.replace(/^\[|\]$/g, '');
