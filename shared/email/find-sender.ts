// Who may send: an address whose domain is verified and linked to the resource, and whose user name the domain has. Taken
// for one for some seconds by the same process: most mails of a resource come from one sender.
import { BoundedCache } from '../auth/index.js';
import { type GeographySlug, type Resource } from '../geography/index.js';
import { Fault } from '../http/index.js';
import { linkedDomain, type RecordStore, seed } from '../resources/index.js';
import type { Clock } from '../time/clock.js';
import { mailDomainOf } from './azure-managed.js';
import { emailFaults } from './faults.js';
import { domains, senderUsernames } from './item-kinds.js';
import { senderLifeMs } from './limits.js';
import { domainOf, userOf } from './mail.js';
import type { MailDomain, StoredItem } from './model.js';
import type { ItemStore } from './store.js';

export interface Sender {
  /** In whose name suppression lists are looked at. */
  readonly where: MailDomain;
  /** What stands behind the `@`. */
  readonly mailDomain: string;
  readonly displayName: string | undefined;
  readonly tracksEngagement: boolean;
}

export interface SenderParts {
  readonly records: Pick<RecordStore, 'at' | 'find'>;
  readonly items: Pick<ItemStore, 'find'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly geography: GeographySlug;
}

const rememberedSenders = 10_000;
/** DMARC is advice to others; without one of these mail in the name of the domain is not believed. */
const neededVerifications = ['Domain', 'SPF', 'DKIM', 'DKIM2'];

export class Senders {
  readonly #parts: SenderParts;
  readonly #known = new BoundedCache<{ readonly sender: Sender; readonly until: number }>(rememberedSenders);

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  /**
   * @throws {Fault} 404 when no linked and verified domain is that of the address, 400 when the domain has no such user name
   */
  async find(resource: Resource, address: string): Promise<Sender> {
    const { clock } = this.#parts;
    const key = `${resource.immutableId} ${address.toLowerCase()}`;
    const known = this.#known.get(key);
    if (known !== undefined && known.until > clock.monotonic()) {
      return known.sender;
    }
    const sender = await this.#read(resource, address);
    this.#known.set(key, { sender, until: clock.monotonic() + senderLifeMs });
    return sender;
  }

  forget(): void {
    this.#known.clear();
  }

  async #read(resource: Resource, address: string): Promise<Sender> {
    const { records, items } = this.#parts;
    const mailDomain = domainOf(address);
    const record = await records.at({ ...seed, type: 'communicationServices', name: resource.name });
    for (const link of record?.linkedDomains ?? []) {
      const found = linkedDomain(link);
      if (found === undefined || mailDomainOf(found.owner, found.domain) !== mailDomain) {
        continue;
      }
      const owner = await records.find(found.owner);
      const domain = owner && (await items.find(owner.immutableId, domains, [found.domain]));
      if (owner === undefined || domain === undefined || !isVerified(domain)) {
        continue;
      }
      const path = [found.domain, userOf(address)];
      const user = await items.find(owner.immutableId, senderUsernames, path);
      if (user === undefined) {
        throw new Fault(emailFaults.unknownSender, { target: 'senderAddress' });
      }
      const displayName = user.properties['displayName'];
      return {
        where: { resourceId: owner.immutableId, domain: found.domain },
        mailDomain,
        displayName: typeof displayName === 'string' && displayName !== '' ? displayName : undefined,
        tracksEngagement: domain.properties['userEngagementTracking'] === 'Enabled',
      };
    }
    throw new Fault(emailFaults.domainNotLinked, { target: 'senderAddress' });
  }
}

function isVerified({ properties }: Pick<StoredItem, 'properties'>): boolean {
  const states = (properties['verificationStates'] ?? {}) as Readonly<Record<string, { readonly status?: string }>>;
  return neededVerifications.every((type) => states[type]?.status === 'Verified');
}
