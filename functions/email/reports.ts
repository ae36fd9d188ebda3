// Tells outside what becomes of mails: as events, and as rows of logs where the owner wants them.
import {
  deliveryReport,
  type Engagement,
  engagementReport,
  type Mail,
  recipientsOf,
  type ReportedOutcome,
} from '../../shared/email/index.js';
import type { Resource } from '../../shared/geography/index.js';
import type { DiagnosticsCapability } from '../diagnostics/capability.js';
import type { EventsCapability } from '../events/capability.js';
import type { Foundation } from '../foundation.js';
import {
  mailEngagementColumns,
  mailEngagementLog,
  mailStatusColumns,
  mailStatusLog,
  type SentFacts,
  sendMailColumns,
  sendMailLog,
} from './logs.js';

export interface ReportPorts {
  readonly events: Pick<EventsCapability, 'rows'>;
  readonly diagnostics: Pick<DiagnosticsCapability, 'write'>;
}

export interface MailReports {
  /** Told at least once; throws when it has to be told again. */
  outcome(outcome: ReportedOutcome): Promise<void>;
  engagement(engagement: Engagement): Promise<void>;
  sent(resource: Resource, mail: Mail, facts: Omit<SentFacts, 'recipients'>): void;
}

export function mailReports(
  { directory, clock, config: { geography } }: Pick<Foundation, 'directory' | 'clock' | 'config'>,
  { events, diagnostics }: ReportPorts,
): MailReports {
  return {
    outcome: async (outcome) => {
      const event = deliveryReport(outcome);
      if (event === undefined) {
        return;
      }
      await events.rows.tell(outcome.resourceId, event);
      const resource = await directory.withId(outcome.resourceId);
      if (resource !== undefined) {
        diagnostics.write(resource, mailStatusLog, outcome.at, mailStatusColumns(geography, outcome));
      }
    },
    engagement: async (engagement) => {
      await events.rows.tell(engagement.resourceId, engagementReport(engagement));
      const resource = await directory.withId(engagement.resourceId);
      if (resource !== undefined) {
        diagnostics.write(resource, mailEngagementLog, engagement.at, mailEngagementColumns(geography, engagement));
      }
    },
    sent: (resource, mail, facts) => {
      const recipients = recipientsOf(mail).length;
      diagnostics.write(resource, sendMailLog, clock.now(), sendMailColumns(geography, mail, { ...facts, recipients }));
    },
  };
}
