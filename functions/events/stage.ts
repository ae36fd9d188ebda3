// What a test can do with events: subscribe to them, look at them, wait for one, have them told again. The emulator's broker
// does it, which stands in for Event Grid.
import {
  AskedList,
  AskedName,
  AskedReplay,
  AskedSubscription,
  AskedWait,
  type BrokerClient,
} from '../../shared/events/index.js';
import { z } from 'zod';
import { type StageAction, stageAction } from '../capability.js';

/** Waiting needs no more than what to wait for. */
export function eventStage(broker: BrokerClient): readonly StageAction[] {
  return [
    stageAction({
      name: 'subscribe',
      summary: 'Has events of the resource delivered to a webhook, which says in a handshake that it wants them.',
      input: AskedSubscription,
      run: (input, { resource }) => broker.ask(resource, 'subscribe', input),
    }),
    stageAction({
      name: 'unsubscribe',
      summary: 'Ends a subscription; what waits for it goes.',
      input: AskedName,
      run: (input, { resource }) => broker.ask(resource, 'unsubscribe', input),
    }),
    stageAction({
      name: 'list-subscriptions',
      summary: 'Lists the subscriptions to events of the resource, and how much waits for each.',
      input: z.strictObject({}),
      run: (input, { resource }) => broker.ask(resource, 'subscriptions', input),
    }),
    stageAction({
      name: 'list',
      summary: 'Lists events of the resource that the topic has taken, oldest first.',
      input: AskedList,
      run: (input, { resource }) => broker.ask(resource, 'events', input),
    }),
    stageAction({
      name: 'wait',
      summary: 'Waits for an event of the resource, and answers with it and its number; null when none comes in time.',
      input: AskedWait,
      run: (input, { resource }) => broker.ask(resource, 'wait', input),
    }),
    stageAction({
      name: 'replay',
      summary: 'Delivers events that are in the log to a subscriber again.',
      input: AskedReplay,
      run: (input, { resource }) => broker.ask(resource, 'replay', input),
    }),
  ];
}
