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
  /** Which events it tells. */
  events: z.object({ types: z.union([z.enum(['all', 'none']), z.array(z.string())]), content: z.boolean() }).optional(),
  /** What of it is logged. */
  logs: z
    .object({
      categories: z.union([z.enum(['all', 'none']), z.array(z.string())]),
      retentionDays: z.int().positive(),
      identifiers: z.enum(['raw', 'pseudonymous']),
    })
    .optional(),
});

export function settingsRecords(
  directory: Pick<ResourceDirectory, 'named' | 'setChatRetention' | 'setChatHistory' | 'setEvents' | 'setLogs'>,
): RecordKind<z.infer<typeof SettingsRecord>> {
  return {
    name: 'resource-settings',
    schema: SettingsRecord,
    async *give({ name }) {
      const { chatRetention, chatHistory, events, logs } = (await directory.named(name)) ?? {};
      const settings = {
        ...(chatRetention && { chatRetention }),
        ...(chatHistory && { chatHistory }),
        ...(events && { events: { ...events, types: listed(events.types) } }),
        ...(logs && { logs: { ...logs, categories: listed(logs.categories) } }),
      };
      if (Object.keys(settings).length > 0) {
        yield settings;
      }
    },
    take: async (resource, { chatRetention, chatHistory, events, logs }) => {
      if (events !== undefined) {
        await directory.setEvents(resource, events);
      }
      if (logs !== undefined) {
        await directory.setLogs(resource, logs);
      }
      if (chatRetention !== undefined) {
        await directory.setChatRetention(resource, chatRetention);
      }
      if (chatHistory !== undefined) {
        await directory.setChatHistory(resource, chatHistory);
      }
    },
  };
}

function listed<Word extends string>(names: Word | readonly string[]): Word | string[] {
  return typeof names === 'string' ? names : [...names];
}
