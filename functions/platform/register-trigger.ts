// Registers the timers and queues of a capability. Names of queues come from the declarations of their stores.
import { app, type InvocationContext } from '@azure/functions';
import { poisonQueueName } from '../../shared/storage/index.js';
import type { Report, Trigger } from '../capability.js';

const connection = 'AzureWebJobsStorage';

export function registerTrigger(trigger: Trigger): void {
  if ('schedule' in trigger) {
    app.timer(trigger.name, {
      schedule: trigger.schedule,
      handler: (_timer, context) => trigger.run(reportTo(context)),
    });
    return;
  }
  app.storageQueue(trigger.name, {
    queueName: trigger.isPoison === true ? poisonQueueName(trigger.queue) : trigger.queue.name,
    connection,
    handler: (message, context) => trigger.run(String(message), reportTo(context)),
  });
}

function reportTo(context: InvocationContext): Report {
  return { info: (line) => context.log(line), error: (line) => context.error(line) };
}
