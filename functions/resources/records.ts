// What a resource's owner has set for it at its own host, as records.
import { z } from 'zod';
import type { ResourceDirectory } from '../../shared/resources/index.js';
import type { RecordKind } from '../capability.js';

const SettingsRecord = z.object({
  /** Retention of new chat threads whose creator names none. */
  chatRetention: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('none') }),
    z.object({ kind: z.literal('threadCreationDate'), deleteThreadAfterDays: z.int().positive() }),
  ]),
});

export function settingsRecords(
  directory: Pick<ResourceDirectory, 'named' | 'setChatRetention'>,
): RecordKind<z.infer<typeof SettingsRecord>> {
  return {
    name: 'resource-settings',
    schema: SettingsRecord,
    async *give({ name }) {
      const { chatRetention } = (await directory.named(name)) ?? {};
      if (chatRetention !== undefined) {
        yield { chatRetention };
      }
    },
    take: (resource, { chatRetention }) => directory.setChatRetention(resource, chatRetention),
  };
}
