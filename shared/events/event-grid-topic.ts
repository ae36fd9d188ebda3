// Events to Event Grid, through its own client. The topic is a domain: each resource has a topic of its own in it, so that
// `topic` of an event says which resource it is of.
import type { EventGridPublisherClient } from '@azure/eventgrid';
import type { TokenCredential } from '@azure/identity';
import { isLoopback } from '../storage/index.js';
import { toDate, parseInstant } from '../time/instant.js';
import type { EventTopicSettings } from './topic-settings.js';
import { sendLimitMs } from './limits.js';
import { EventsRefused, type Topic, TopicUnavailable } from './topic.js';

/** What will not be taken however often it is sent; all else may be of the network, of the topic or of its rights. */
const refusals: ReadonlySet<number> = new Set([400, 413]);

export function eventGridTopic(settings: EventTopicSettings): Topic {
  let client: Promise<EventGridPublisherClient<'EventGrid'>> | undefined;
  return {
    async send(resource, events, signal) {
      client ??= openClient(settings);
      const topic = settings.kind === 'domain' ? { topic: resource } : {};
      const limit = AbortSignal.timeout(sendLimitMs);
      try {
        await (await client).send(
          events.map(({ eventTime, ...event }) => ({
            ...event,
            ...topic,
            eventTime: toDate(parseInstant(eventTime) ?? 0),
          })),
          { abortSignal: signal === undefined ? limit : AbortSignal.any([signal, limit]) },
        );
      } catch (error) {
        const status = Number((error as { statusCode?: unknown }).statusCode);
        if (refusals.has(status)) {
          throw new EventsRefused(status);
        }
        throw new TopicUnavailable(
          Number.isNaN(status) ? 'The topic does not answer.' : `The topic answered ${status}.`,
        );
      }
    },
  };
}

/** The library is loaded with the first event. Repeating is decided where it is known what has been sent, not by the client. */
async function openClient({ endpoint, credential }: EventTopicSettings) {
  const { AzureKeyCredential, EventGridPublisherClient: Client } = await import('@azure/eventgrid');
  const options = {
    retryOptions: { maxRetries: 0 },
    allowInsecureConnection: isLoopback(endpoint),
  };
  const signer =
    credential.kind === 'key' ? new AzureKeyCredential(credential.key) : await managedIdentity(credential.clientId);
  return new Client(endpoint, 'EventGrid', signer, options);
}

async function managedIdentity(clientId: string | undefined): Promise<TokenCredential> {
  const { ManagedIdentityCredential } = await import('@azure/identity');
  return clientId === undefined ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId });
}
