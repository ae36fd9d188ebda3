// Registers the timers and queues of a capability. Names of queues come from the declarations of their stores.
import { app, type InvocationContext } from '@azure/functions';
import { poisonQueueName } from '../../shared/storage/index.js';
import { takeTrace, traced } from '../../shared/tracing/index.js';
import { isAboutToEnd, underWay } from './end-of-process.js';
import type { Report, Trigger } from '../capability.js';

const connection = 'AzureWebJobsStorage';

export function registerTrigger(trigger: Trigger): void {
  if ('schedule' in trigger) {
    app.timer(trigger.name, {
      schedule: trigger.schedule,
      handler: async (_timer, context) => {
        // It comes again, in a process that stays.
        if (!isAboutToEnd()) {
          await underWay(traced(trigger.name, { kind: 'internal' }, () => trigger.run(reportTo(context))));
        }
      },
    });
    return;
  }
  app.storageQueue(trigger.name, {
    queueName: trigger.isPoison === true ? poisonQueueName(trigger.queue) : trigger.queue.name,
    connection,
    handler: async (message, context) => {
      if (isAboutToEnd()) {
        throw new Error('This process is about to end; the message is left to another.');
      }
      const { text, parent } = takeTrace(textOf(message));
      await underWay(traced(trigger.name, { kind: 'consumer', parent }, () => trigger.run(text, reportTo(context))));
    },
  });
}

/** The library has parsed what looks like JSON. */
function textOf(message: unknown): string {
  return typeof message === 'string' ? message : JSON.stringify(message);
}

function reportTo(context: InvocationContext): Report {
  return { info: (line) => context.log(line), error: (line) => context.error(line) };
}
