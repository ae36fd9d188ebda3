// What a resource's owner has set for it at its own host, as records.
import { z } from 'zod';
import type { ResourceDirectory } from '../../shared/resources/index.js';
import type { RecordKind } from '../capability.js';

const SettingsRecord = z.object({
  /** What people who are added to chat threads see of what was said before. */
  chatHistory: z.enum(['all', 'none']).optional(),
  /** Retention of new chat threads whose creator names none. */
  chatRetention: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('none') }),
      z.object({ kind: z.literal('threadCreationDate'), deleteThreadAfterDays: z.int().positive() }),
    ])
    .optional(),
});

export function settingsRecords(
  directory: Pick<ResourceDirectory, 'named' | 'setChatRetention' | 'setChatHistory'>,
): RecordKind<z.infer<typeof SettingsRecord>> {
  return {
    name: 'resource-settings',
    schema: SettingsRecord,
    async *give({ name }) {
      const { chatRetention, chatHistory } = (await directory.named(name)) ?? {};
      if (chatRetention !== undefined || chatHistory !== undefined) {
        yield { ...(chatRetention && { chatRetention }), ...(chatHistory && { chatHistory }) };
      }
    },
    take: async (resource, { chatRetention, chatHistory }) => {
      if (chatRetention !== undefined) {
        await directory.setChatRetention(resource, chatRetention);
      }
      if (chatHistory !== undefined) {
        await directory.setChatHistory(resource, chatHistory);
      }
    },
  };
}
