// Asks the emulator's broker: what it has taken, and what a test wants of it. Never in Azure.
import { Fault } from '../http/index.js';
import type { BrokerAsked, BrokerQuestion } from './broker-contract.js';
import { eventFaults } from './faults.js';
import type { WireEvent } from './event-settings.js';
import type { EventLog } from './taken-events.js';

/** Longer than anybody may have it wait. */
const limitMs = 70_000;
const pageEvents = 10_000;

interface Logged {
  readonly number: number;
  readonly event: WireEvent;
}

export interface BrokerClient extends EventLog {
  /** @throws {Fault} what the broker refuses, or 503 when it does not answer */
  ask<Question extends BrokerQuestion>(
    resource: string,
    question: Question,
    asked: BrokerAsked<Question>,
  ): Promise<unknown>;
}

/** @param endpoint of its publish API, `http://127.0.0.1:{port}/{geography}/api/events` */
export function brokerClient(endpoint: string, key: string): BrokerClient {
  const base = endpoint.replace(/\/api\/events$/, '');
  const ask: BrokerClient['ask'] = async (resource, question, asked) => {
    let answer: Response;
    try {
      answer = await fetch(`${base}/ask/${encodeURIComponent(resource)}/${question}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'aeg-sas-key': key },
        body: JSON.stringify(asked),
        signal: AbortSignal.timeout(limitMs),
      });
    } catch {
      throw new Fault(eventFaults.brokerAway);
    }
    const body = (await answer.json()) as { readonly error?: { readonly code: string; readonly message: string } };
    if (!answer.ok) {
      const { code = 'BrokerFailed', message = 'The broker failed.' } = body.error ?? {};
      throw new Fault({ ...eventFaults.brokerRefuses, status: answer.status, code, message });
    }
    return body;
  };
  return {
    ask,
    list: async (resource) => {
      const all: WireEvent[] = [];
      for (let after = 0; ; ) {
        const found = (await ask(resource, 'events', { after, limit: pageEvents })) as readonly Logged[];
        all.push(...found.map(({ event }) => event));
        const last = found.at(-1);
        if (last === undefined || found.length < pageEvents) {
          return all;
        }
        after = last.number;
      }
    },
    remove: async (resource, ids) =>
      Number(((await ask(resource, 'remove', { ids: [...ids] })) as { removed: number }).removed),
  };
}
