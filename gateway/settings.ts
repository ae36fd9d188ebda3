// What the gateway is told by its environment, where it runs by itself. Everything that is wrong is said at once, values never.
import { z } from 'zod';
import { SmppSettings } from './smpp/smpp-settings.js';

const Address = z
  .string()
  .regex(/^https:\/\/[a-z0-9.-]+(:\d{1,5})?\/?$/i, 'is no https address of a host alone')
  .transform((text) => text.replace(/\/$/, ''));

/** 0 to 65535, or `off`. */
const Port = z
  .string()
  .regex(/^(off|\d{1,5})$/, 'is neither a port nor off')
  .transform((text) => (text === 'off' ? text : Number(text)))
  .refine((port) => port === 'off' || port <= 65_535, 'is no port');

const Settings = z.object({
  GATEWAY_APP: Address,
  /** The newest of two, where there are two. */
  GATEWAY_SECRET: z
    .base64('is not base64')
    .transform((text) => Buffer.from(text, 'base64'))
    .refine((secret) => secret.length >= 32, 'needs at least 32 bytes'),
  GATEWAY_AUTHORITY: Address.default('https://login.microsoftonline.com'),
  GATEWAY_NAME: z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i, 'is no host name'),
  GATEWAY_TLS_KEY: z.string().includes('PRIVATE KEY', 'is no private key in PEM'),
  GATEWAY_TLS_CERT: z.string().includes('BEGIN CERTIFICATE', 'is no certificate in PEM'),
  GATEWAY_SUBMISSION_PORT: Port.default(587),
  GATEWAY_BOUNCE_PORT: Port.default(25),
  GATEWAY_ADDRESS: z.string().default('0.0.0.0'),
  GATEWAY_MAX_MEGABYTES: z
    .string()
    .regex(/^([1-9]|[12]\d|30)$/, 'is no whole number from 1 to 30')
    .transform(Number)
    .default(10),
});

export type GatewaySettings = z.output<typeof Settings> & {
  /** Undefined where it has nothing to do with text messages. */
  readonly smpp: SmppSettings | undefined;
};

/** @throws {Error} one sentence a wrong setting */
export function readGatewaySettings(environment: Readonly<Record<string, string | undefined>>): GatewaySettings {
  const read = Settings.safeParse(environment);
  // Any of them asks for it, so that a name that is misspelt is not taken for silence.
  const isForTexts = Object.entries(environment).some(([name, value]) => name.startsWith('GATEWAY_SMPP_') && value);
  const texts = isForTexts ? SmppSettings.safeParse(environment) : undefined;
  if (read.success && texts?.success !== false) {
    return { ...read.data, smpp: texts?.data };
  }
  const issues = [...(read.error?.issues ?? []), ...(texts?.error?.issues ?? [])];
  const sentences = issues.map(({ path, message }) => {
    const name = String(path[0]);
    return environment[name] === undefined ? `${name} is missing.` : `${name} ${message}.`;
  });
  throw new Error(`The gateway cannot start. See docs/gateway.md.\n  ${sentences.join('\n  ')}`);
}
