// Tells outside what becomes of texts: as events, where their sender has asked for that, and as rows of logs.
import type { Resource } from '../../shared/geography/index.js';
import {
  deliveryReportEvent,
  type ReceivedFacts,
  type ReportedText,
  type TextRequest,
  type TextResult,
} from '../../shared/sms/index.js';
import type { DiagnosticsCapability } from '../diagnostics/capability.js';
import type { EventsCapability } from '../events/capability.js';
import type { Foundation } from '../foundation.js';
import { receivedColumns, reportColumns, sentColumns, textLog } from './logs.js';

export interface TextReportPorts {
  readonly events: Pick<EventsCapability, 'rows'>;
  readonly diagnostics: Pick<DiagnosticsCapability, 'write'>;
}

export interface TextReports {
  /** Told at least once; throws when it has to be told again. */
  tell(report: ReportedText): Promise<void>;
  received(resourceId: string, facts: ReceivedFacts): void;
  sent(resource: Resource, request: TextRequest, results: readonly TextResult[], apiVersion: string): void;
}

export function textReports(
  { directory, clock, config: { geography }, options }: Pick<Foundation, 'directory' | 'clock' | 'config' | 'options'>,
  { events, diagnostics }: TextReportPorts,
): TextReports {
  return {
    tell: async (report) => {
      const { resourceId, at } = report;
      if (report.reportWanted) {
        await events.rows.tell(resourceId, deliveryReportEvent(geography, report));
      }
      const resource = await directory.withId(resourceId);
      if (resource !== undefined) {
        diagnostics.write(resource, textLog, at, reportColumns(geography, report));
      }
    },
    received: (resourceId, facts) => {
      const write = async () => {
        const resource = await directory.withId(resourceId);
        if (resource !== undefined) {
          diagnostics.write(resource, textLog, facts.at, receivedColumns(facts));
        }
      };
      write().catch((failure: unknown) => options.reportFailure('log-text', '', failure));
    },
    sent: (resource, request, results, apiVersion) => {
      for (const result of results) {
        diagnostics.write(resource, textLog, clock.now(), sentColumns(request, result, apiVersion));
      }
    },
  };
}
