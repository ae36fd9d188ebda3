// How mail leaves a deployment, as its operator sets it.
import { createPrivateKey } from 'node:crypto';
import { z } from 'zod';

const Host = z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i, 'is no host name');
const Domain = z
  .string()
  .regex(/^(?=.{1,253}$)[a-z0-9-]+(\.[a-z0-9-]+)+$/i, 'is no domain')
  .transform((text) => text.toLowerCase());

const Selector = z.string().regex(/^[a-z0-9-]{1,63}$/i, 'is no selector');

const Relay = z
  .strictObject({
    host: Host,
    port: z.int().min(1).max(65_535).default(587),
    user: z.string().min(1).optional(),
    password: z.string().min(1).optional(),
    /** `required`: STARTTLS, or TLS from the beginning at port 465. `none` is for a relay on this machine. */
    tls: z.enum(['required', 'none']).default('required'),
    /** PEM of who vouches for the relay, beside those that Node.js trusts. */
    ca: z.string().optional(),
    /** What the owner of a domain puts into its SPF record, such as `spf.relay.example`. */
    spfInclude: Host.optional(),
    /** What it, who signs, has the owner of a domain publish below `_domainkey`. */
    dkimRecords: z
      .array(
        z.union([
          z.strictObject({ selector: Selector, cname: Host }),
          z.strictObject({ selector: Selector, txt: z.string().min(1).max(4_096) }),
        ]),
      )
      .min(1)
      .max(2)
      .optional(),
  })
  .refine(({ user, password }) => (user === undefined) === (password === undefined), {
    message: 'has a user without a password, or the reverse',
  })
  .refine(({ tls, host }) => tls === 'required' || ['localhost', '127.0.0.1'].includes(host), {
    message: 'may do without TLS on this machine only',
  });

const DkimKey = z.strictObject({
  selector: Selector,
  /** PEM, PKCS 8: RSA or Ed25519. */
  key: z.string().refine(
    (pem) => {
      try {
        return ['rsa', 'ed25519'].includes(createPrivateKey(pem).asymmetricKeyType ?? '');
      } catch {
        return false;
      }
    },
    { message: 'is no private key' },
  ),
});

export const MailSettingsShape = z
  .strictObject({
    /** By sender domain; `*` for all others. */
    relays: z
      .record(
        z.string().transform((name) => name.toLowerCase()),
        Relay,
      )
      .default({}),
    /** Mail of domains without a relay goes to the mail hosts of its recipients, port 25. */
    direct: z.boolean().default(false),
    /** How this host calls itself, and what stands in its certificate; needed for direct delivery. */
    name: Host.optional(),
    /** Where bounces come in; by default the domain of the sender. */
    bounceDomain: Domain.optional(),
    /** By sender domain: the keys that sign, where the relay does not. */
    dkim: z.record(Domain, z.array(DkimKey).min(1).max(2)).default({}),
    /** Largest request, in MB. */
    maxMegabytes: z.int().min(1).max(30).default(10),
  })
  .refine(({ direct, name }) => !direct || name !== undefined, {
    message: 'delivers directly, but has no name to say',
  });

export type MailSettings = z.output<typeof MailSettingsShape>;
export type DkimKeySettings = z.output<typeof DkimKey>;
export type RelaySettings = z.output<typeof Relay>;

/** undefined where mail goes directly to the hosts of its recipients, or nowhere. */
export function relayFor({ relays }: Pick<MailSettings, 'relays'>, senderDomain: string): RelaySettings | undefined {
  return relays[senderDomain.toLowerCase()] ?? relays['*'];
}
