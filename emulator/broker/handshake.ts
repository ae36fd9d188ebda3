// The two handshakes by which a webhook says that it wants events: the code of Event Grid, sent back in the answer or by
// opening an address, and the `OPTIONS` of CloudEvents.
// https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md, section 4
import { RequestRefused } from '../emulator-error.js';
import type { Subscription } from './model.js';
import type { WebhookAnswer, WebhookRequest } from './post-webhook.js';

const validationType = 'Microsoft.EventGrid.SubscriptionValidationEvent';
const origin = 'eventgrid.azure.net';

export interface HandshakeParts {
  readonly topic: string;
  /** An ISO instant. */
  readonly now: string;
  readonly eventId: string;
  readonly validationUrl: string;
  ask(request: WebhookRequest): Promise<WebhookAnswer>;
}

/** @throws {RequestRefused} 400 when the webhook does not want them */
export async function shakeHands(
  { deliverySchema, validationCode, name }: Subscription,
  parts: HandshakeParts,
): Promise<Subscription['provisioningState']> {
  if (deliverySchema === 'CloudEventSchemaV1_0') {
    const headers = {
      'webhook-request-origin': origin,
      'webhook-request-callback': parts.validationUrl,
      'webhook-request-rate': '120',
    };
    const answer = await askOrRefuse(parts, { method: 'OPTIONS', headers });
    const allowed = String(answer.headers['webhook-allowed-origin'] ?? '');
    if (answer.status === 200 && (allowed === '*' || allowed === origin)) {
      return 'Succeeded';
    }
    return answer.status === 200 ? 'AwaitingManualAction' : refuse(`it answered ${answer.status}`);
  }
  const event = {
    id: parts.eventId,
    topic: parts.topic,
    subject: '',
    data: { validationCode, validationUrl: parts.validationUrl },
    eventType: validationType,
    eventTime: parts.now,
    metadataVersion: '1',
    dataVersion: '2',
  };
  const answer = await askOrRefuse(parts, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'aeg-event-type': 'SubscriptionValidation',
      'aeg-subscription-name': name.toUpperCase(),
      'aeg-delivery-count': '0',
      'aeg-data-version': '2',
      'aeg-metadata-version': '1',
    },
    body: JSON.stringify([event]),
  });
  if (answer.status < 200 || answer.status > 299) {
    return refuse(`it answered ${answer.status}`);
  }
  const response = responseIn(answer.body);
  if (response === undefined) {
    return 'AwaitingManualAction';
  }
  return response === validationCode ? 'Succeeded' : refuse('it sent another code back');
}

async function askOrRefuse(parts: HandshakeParts, request: WebhookRequest): Promise<WebhookAnswer> {
  try {
    return await parts.ask(request);
  } catch (error) {
    throw error instanceof RequestRefused ? error : refused('it does not answer');
  }
}

function responseIn(body: string): unknown {
  try {
    return (JSON.parse(body) as { validationResponse?: unknown } | null)?.validationResponse;
  } catch {
    return undefined;
  }
}

function refuse(why: string): never {
  throw refused(why);
}

function refused(why: string): RequestRefused {
  return new RequestRefused(400, 'EndpointNotValidated', `The webhook does not want events: ${why}.`);
}
