// Somebody has opened a mail, or followed a link in it: told outside for as long as it is known to whom the mail was.
import { BoundedCache } from '../../auth/index.js';
import type { RowEvent } from '../../events/index.js';
import type { Clock } from '../../time/clock.js';
import { toIso } from '../../time/instant.js';
import { emailEngagementReport } from '../event-types.js';
import type { SentMails } from '../sent-mails.js';
import { openAddress, type TokenContent } from './engagement-tokens.js';

export interface Engagement {
  readonly resourceId: string;
  readonly mailId: string;
  readonly recipient: number;
  readonly address: string;
  readonly sender: string;
  readonly kind: 'view' | 'click';
  /** Empty when the mail was opened. */
  readonly link: string;
  readonly userAgent: string;
  /** Product ms. */
  readonly at: number;
}

/** Of one recipient the same is told once in this time, product ms: a program that loads ten times has opened it once. */
const againMs = 60_000;
const rememberedEngagements = 10_000;
/** At once, in one process: what comes while a store takes nothing must not pile up. */
const maxUnderWay = 100;
const maxAgentCharacters = 256;

export interface EngagementsParts {
  readonly sent: Pick<SentMails, 'find'>;
  readonly clock: Pick<Clock, 'now'>;
  report(engagement: Engagement): Promise<void>;
  /** For what fails in the background; it is not tried again. */
  reportFailure(failure: unknown): void;
}

export class Engagements {
  readonly #parts: EngagementsParts;
  /** Those too of whom nobody knows any more: that need not be looked up again. */
  readonly #told = new BoundedCache<true>(rememberedEngagements);
  readonly #underWay = new Set<Promise<void>>();

  constructor(parts: EngagementsParts) {
    this.#parts = parts;
  }

  /**
   * Records it in the background, so that nobody waits for a store or a topic. Nothing happens once nobody knows any more to
   * whom the mail was, or when they were erased.
   */
  begin(resourceId: string, token: TokenContent, userAgent: string): void {
    const { clock, reportFailure } = this.#parts;
    const at = Math.floor(clock.now());
    const key = [resourceId, token.mailId, token.recipient, minuteOf(at), token.target].join(' ');
    if (this.#told.get(key) !== undefined) {
      return;
    }
    if (this.#underWay.size >= maxUnderWay) {
      reportFailure(new Error('Too much is being told of opened mails; this one is left out.'));
      return;
    }
    this.#told.set(key, true);
    const recording = this.#record(resourceId, token, userAgent, at)
      .catch((failure: unknown) => {
        this.#told.delete(key);
        reportFailure(failure);
      })
      .finally(() => this.#underWay.delete(recording));
    this.#underWay.add(recording);
  }

  /** Waits for what is under way. */
  async settle(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  forget(): void {
    this.#told.clear();
  }

  async #record(resourceId: string, token: TokenContent, userAgent: string, at: number): Promise<void> {
    const { sent, report } = this.#parts;
    const { mailId, recipient, target: link } = token;
    const mail = await sent.find(resourceId, mailId);
    const recipientHash = mail?.who[recipient] ?? '';
    if (mail === undefined || mail.keptUntil <= at || mail.sender === '' || recipientHash === '') {
      return;
    }
    const address = openAddress({ mailKey: mail.mailKey, recipient, recipientHash }, token.address);
    if (address !== undefined) {
      const { sender } = mail;
      const kind = link === '' ? 'view' : 'click';
      const agent = userAgent.replaceAll(/[^\x20-\x7e]/g, '').slice(0, maxAgentCharacters);
      await report({ resourceId, mailId, recipient, address, sender, kind, link, userAgent: agent, at });
    }
  }
}

export function engagementReport(engagement: Engagement): RowEvent {
  const { resourceId, mailId, recipient, address, sender, kind, link, userAgent, at } = engagement;
  return {
    type: emailEngagementReport,
    about: [resourceId, mailId, String(recipient), kind, link, String(minuteOf(at))],
    subject: `sender/${sender}/message/${mailId}`,
    time: at,
    data: {
      sender,
      recipient: address,
      messageId: mailId,
      userActionTimestamp: toIso(at),
      engagementContext: link,
      userAgent,
      engagementType: kind,
    },
    concerns: [address, sender].map((each) => ({ kind: 'email', address: each.toLowerCase() })),
  };
}

function minuteOf(ms: number): number {
  return Math.floor(ms / againMs);
}
