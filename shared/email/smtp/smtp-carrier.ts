// Hands mail to SMTP servers: the relay of its sender's domain, or the mail hosts of its recipients.
import type { Readable } from 'node:stream';
import type { Carrier, Outcomes, Parcel } from '../../deliveries/index.js';
import type { Clock } from '../../time/clock.js';
import { carryLimitMs } from '../limits.js';
import { domainOf } from '../mail.js';
import { bouncedReason, type MailContent } from '../mail-outbox.js';
import { type MailSettings, type RelaySettings, relayFor } from '../mail-settings.js';
import { type Dialled, dial } from './dial.js';
import { IdleConnections } from './idle-connections.js';
import { mailHostsOf, type ResolveMailHosts } from './mail-hosts.js';
import { type Sent, sendOver } from './send-over.js';

const mxPort = 25;

export interface SmtpCarrierOptions {
  readonly settings: MailSettings;
  readonly clock: Clock;
  readonly resolveMailHosts?: ResolveMailHosts;
  /** Of mail hosts; for tests. */
  readonly mailHostPort?: number;
}

export class SmtpCarrier implements Carrier<MailContent> {
  /** Its Message-ID tells whoever gets it twice. */
  readonly repeatsUnknown = true;
  readonly timeLimitMs = carryLimitMs;
  readonly #options: SmtpCarrierOptions;
  readonly #idle: IdleConnections;

  constructor(options: SmtpCarrierOptions) {
    this.#options = options;
    this.#idle = new IdleConnections(options.clock);
  }

  handOver(parcels: readonly Parcel<MailContent>[], signal: AbortSignal): Promise<readonly Outcomes[]> {
    return Promise.all(parcels.map((parcel) => this.#handOverOne(parcel, signal)));
  }

  close(): void {
    this.#idle.closeAll();
  }

  async #handOverOne(parcel: Parcel<MailContent>, signal: AbortSignal): Promise<Outcomes> {
    const { settings, resolveMailHosts } = this.#options;
    const relay = relayFor(settings, domainOf(parcel.content.sender));
    if (relay !== undefined) {
      return (await this.#sendTo(toRelay(relay, settings.name), parcel, signal)).outcomes;
    }
    const domain = domainOf(parcel.recipients[0]?.address ?? '');
    const hosts = await mailHostsOf(domain, resolveMailHosts);
    if (hosts === undefined) {
      return allOf(parcel, { outcome: 'deferred', reason: 'no-dns' });
    }
    if (hosts.length === 0) {
      return allOf(parcel, { outcome: 'refused', reason: `${bouncedReason} 556 5.1.10` });
    }
    let outcomes = allOf(parcel, { outcome: 'deferred', reason: 'no-connection' });
    for (const host of hosts) {
      const sent = await this.#sendTo(this.#toMailHost(host), parcel, signal);
      outcomes = sent.outcomes;
      if (!sent.isUntouched || signal.aborted) {
        break;
      }
    }
    return outcomes;
  }

  #toMailHost(host: string): Dialled {
    const { settings, mailHostPort = mxPort } = this.#options;
    return {
      host,
      port: mailHostPort,
      name: settings.name ?? host,
      tls: 'opportunistic',
      tlsOptions: { rejectUnauthorized: false },
    };
  }

  async #sendTo(server: Dialled, parcel: Parcel<MailContent>, signal: AbortSignal): Promise<Sent> {
    const key = `${server.host}:${server.port} ${server.login?.user ?? ''}`;
    const kept = this.#idle.take(key);
    if (kept !== undefined) {
      const sent = await this.#sendOn(kept, server.host, key, parcel, signal);
      if (!sent.isUntouched) {
        return sent;
      }
    }
    let connection;
    try {
      connection = await dial(server, signal);
    } catch (error) {
      const { code = '' } = error as { readonly code?: string };
      const reason = code === 'EAUTH' ? 'login-refused' : code === 'ETLS' ? 'no-tls' : 'no-connection';
      return { outcomes: allOf(parcel, { outcome: 'deferred', reason }), isUsable: false, isUntouched: true };
    }
    return this.#sendOn(connection, server.host, key, parcel, signal);
  }

  async #sendOn(
    connection: Awaited<ReturnType<typeof dial>>,
    server: string,
    key: string,
    parcel: Parcel<MailContent>,
    signal: AbortSignal,
  ): Promise<Sent> {
    const { returnPath: from, mailId: id, sender } = parcel.content;
    const sign = await signerOf(this.#options.settings, domainOf(sender));
    const body = sign(await parcel.openBody());
    const sent = await sendOver(connection, { from, recipients: parcel.recipients, id, server }, body, signal);
    if (sent.isUsable) {
      this.#idle.give(key, connection);
    } else {
      connection.close();
    }
    return sent;
  }
}

function toRelay({ host, port, user, password, tls, ca }: RelaySettings, name: string | undefined): Dialled {
  return {
    host,
    port,
    name: name ?? 'domicile',
    tls,
    ...(ca !== undefined && { tlsOptions: { ca } }),
    ...(user !== undefined && password !== undefined && { login: { user, password } }),
  };
}

/** With the signature of each key of the domain, where there are keys. */
async function signerOf({ dkim }: MailSettings, domain: string): Promise<(body: Readable) => Readable> {
  const keys = dkim[domain];
  if (keys === undefined) {
    return (body) => body;
  }
  const { default: DKIM } = await import('nodemailer/lib/dkim');
  const signer = new DKIM({
    keys: keys.map(({ selector, key }) => ({ domainName: domain, keySelector: selector, privateKey: key })),
  });
  return (body) => {
    const output = signer.sign(body);
    body.once('error', (error) => output.destroy(error));
    return output;
  };
}

function allOf({ recipients }: Parcel<MailContent>, outcome: Outcomes[string]): Outcomes {
  return Object.fromEntries(recipients.map(({ id }) => [id, outcome]));
}
