// What the platform does for the outbox of the sample capability: its timers once, and what is in its queue.
import type { ComposedApp } from '../../functions/compose.js';
import { samplePosts } from './sample-capability/personal-data.js';

export async function runOutbox(app: ComposedApp): Promise<void> {
  const report = { info: () => undefined, error: () => undefined };
  const queue = app.storage.queue(samplePosts.queue);
  const { triggers = [] } = app.capabilities.find(({ name }) => name === 'sample') ?? {};
  for (const trigger of triggers) {
    if ('schedule' in trigger) {
      await trigger.run(report);
    } else if (trigger.isPoison !== true) {
      for (const { text: message, receipt } of await queue.receive(32, 60)) {
        await trigger.run(message, report);
        await queue.remove(receipt);
      }
    }
  }
}
