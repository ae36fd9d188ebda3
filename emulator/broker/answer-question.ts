// What a broker is asked beside publishing, by its contract in shared/events.
import { brokerQuestions, type BrokerAsked, type BrokerQuestion } from '../../shared/events/broker-contract.js';
import { eventPrefix } from '../../shared/events/event-name.js';
import { RequestRefused } from '../emulator-error.js';
import type { Broker } from './broker.js';
import type { EventFilter } from './model.js';

type Asked = { readonly types?: readonly string[] | undefined } & Omit<EventFilter, 'includedEventTypes'>;

/** @returns what becomes JSON */
export async function answerQuestion(
  broker: Broker,
  resource: string,
  question: string,
  input: unknown,
): Promise<unknown> {
  if (!Object.hasOwn(brokerQuestions, question)) {
    throw new RequestRefused(404, 'UnknownQuestion', 'The broker is not asked that.');
  }
  const parsed = brokerQuestions[question as BrokerQuestion].safeParse(input);
  if (!parsed.success) {
    throw new RequestRefused(400, 'InvalidInput', parsed.error.issues.map(({ message }) => message).join('; '));
  }
  return answers[question as BrokerQuestion](broker, resource, parsed.data as never);
}

const answers: {
  readonly [Question in BrokerQuestion]: (broker: Broker, resource: string, asked: BrokerAsked<Question>) => unknown;
} = {
  subscribe: async (
    broker,
    resource,
    { name, endpoint, schema, maxDeliveryAttempts, eventTimeToLiveMinutes, ...asked },
  ) => {
    const { validationCode: _code, ...subscription } = await broker.subscribe({
      name,
      resource,
      endpointUrl: endpoint,
      deliverySchema: schema,
      maxDeliveryAttempts,
      eventTimeToLiveMinutes,
      filter: toFilter(asked),
    });
    return subscription;
  },
  unsubscribe: async (broker, _resource, { name }) => {
    await broker.unsubscribe(name);
    return {};
  },
  subscriptions: (broker, resource) => broker.subscriptions(resource),
  events: (broker, resource, { after, limit, ...asked }) =>
    broker.events(resource, toFilter(asked), after).slice(0, limit).map(shown),
  wait: async (broker, resource, { after, timeoutSeconds, ...asked }) => {
    const found = await broker.wait(resource, toFilter(asked), after, timeoutSeconds * 1000);
    return found === undefined ? null : shown(found);
  },
  replay: (broker, resource, { subscription, after, ...asked }) => ({
    replayed: broker.replay(subscription, resource, toFilter(asked), after),
  }),
  remove: async (broker, resource, { ids }) => ({ removed: await broker.remove(resource, new Set(ids)) }),
};

function shown({ number, event }: { readonly number: number; readonly event: object }) {
  return { number, event };
}

function toFilter({ types, ...filter }: Asked): EventFilter {
  const full = (type: string) => (type.includes('.') ? type : eventPrefix + type);
  return { ...filter, ...(types !== undefined && { includedEventTypes: types.map(full) }) };
}
