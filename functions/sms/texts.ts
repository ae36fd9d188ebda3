// Sending texts, who wants none, and what became of one.
import { type Operation, operation } from '../../shared/api/index.js';
import { accessKey } from '../../shared/auth/index.js';
import type { Resource } from '../../shared/geography/index.js';
import { Fault } from '../../shared/http/index.js';
import {
  findReport,
  type FindReportParts,
  isNumber,
  recipientErrors,
  requireSender,
  sendTexts,
  type SendTextsParts,
  smsFaults,
  smsRateLimits,
  type TextRequest,
  type TextResult,
} from '../../shared/sms/index.js';
import {
  DeliveryReport,
  OptOutRequest,
  OptOutResponse,
  renderReport,
  renderResult,
  SendMessageRequest,
  sendingKeys,
  SendResponse,
  toRequest,
} from './wire.js';

const common = { service: 'sms', auth: accessKey } as const;
const invalid = { errors: { 400: 'fields' }, invalid: smsFaults.invalid } as const;

export interface TextOperationParts extends SendTextsParts, FindReportParts {
  /** Told of what was accepted; must not wait for anything. */
  onSent(resource: Resource, request: TextRequest, results: readonly TextResult[], apiVersion: string): void;
}

export function textOperations(parts: TextOperationParts): Operation[] {
  return [
    operation({
      ...common,
      ...invalid,
      name: 'sms-send',
      contract: 'sms.send',
      summary: 'Sends a text message to each of up to a hundred recipients.',
      route: 'POST sms',
      limit: smsRateLimits.sendTexts,
      limitKeys: sendingKeys,
      body: SendMessageRequest,
      returns: SendResponse,
      accepted: async ({ resource, body, request: { apiVersion } }) => {
        const request = toRequest(body);
        const results = await sendTexts(parts, resource, request);
        parts.onSent(resource, request, results, apiVersion);
        return { value: results.map(renderResult) };
      },
    }),
    ...optOutOperations(parts),
    operation({
      ...common,
      name: 'sms-get-delivery-report',
      contract: 'deliveryReports.get',
      summary: 'Gets what became of a text message.',
      route: 'GET deliveryReports/{outgoingMessageId}',
      limit: smsRateLimits.askAbout,
      errors: { 404: 'problem' },
      returns: DeliveryReport,
      ok: async ({ resource, params }) => {
        const report = await findReport(parts, resource.immutableId, params.outgoingMessageId);
        if (report === undefined) {
          throw new Fault(smsFaults.noReport);
        }
        return renderReport(report);
      },
    }),
  ];
}

function optOutOperations(parts: TextOperationParts): Operation[] {
  const { optOuts, clock } = parts;
  const each = {
    add: async (resourceId: string, from: string, to: string) => {
      await optOuts.add(resourceId, from, to, clock.now());
      return {};
    },
    remove: async (resourceId: string, from: string, to: string) => {
      await optOuts.remove(resourceId, from, to);
      return {};
    },
    check: async (resourceId: string, from: string, to: string) => ({
      isOptedOut: await optOuts.has(resourceId, from, to),
    }),
  };
  const summaries = {
    add: 'Notes that recipients want no more texts of a sender.',
    remove: 'Takes back that recipients want no more texts of a sender.',
    check: 'Tells which recipients want no more texts of a sender.',
  };
  const verbs = ['add', 'remove', 'check'] as const;
  return verbs.map((verb) =>
    operation({
      ...common,
      ...invalid,
      name: `sms-${verb}-opt-outs`,
      contract: `optOuts.${verb}`,
      summary: summaries[verb],
      route: `POST sms/optouts:${verb}`,
      limit: smsRateLimits.askAbout,
      body: OptOutRequest,
      returns: OptOutResponse,
      ok: async ({ resource, body: { from, recipients } }) => {
        await requireSenderOfList(parts, resource, verb, from, recipients);
        const value = await Promise.all(
          recipients.map(async ({ to }) =>
            isNumber(to)
              ? { to, httpStatusCode: 200, ...(await each[verb](resource.immutableId, from, to)) }
              : { to, httpStatusCode: 400, errorMessage: recipientErrors.invalidRecipient },
          ),
        );
        return { value };
      },
    }),
  );
}

/**
 * A number that was given back still has its list: what stands on it is there to be seen and taken off.
 *
 * @throws {Fault} 401
 */
async function requireSenderOfList(
  parts: TextOperationParts,
  resource: Resource,
  verb: 'add' | 'remove' | 'check',
  from: string,
  recipients: readonly { readonly to: string }[],
): Promise<void> {
  try {
    await requireSender(parts, resource, from);
  } catch (error) {
    if (!(error instanceof Fault) || verb === 'add' || !(await hasAnyOf(parts, resource, from, recipients))) {
      throw error;
    }
  }
}

async function hasAnyOf(
  { optOuts }: TextOperationParts,
  { immutableId }: Resource,
  from: string,
  recipients: readonly { readonly to: string }[],
): Promise<boolean> {
  const found = await Promise.all(recipients.map(({ to }) => optOuts.has(immutableId, from, to)));
  return found.includes(true);
}
