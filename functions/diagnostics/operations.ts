// What of a resource is logged, and its logs: for its owner.
import { z } from 'zod';
import { operation } from '../../shared/api/index.js';
import { accessKey } from '../../shared/auth/index.js';
import { logLimits, type LogTable, type PersonLogs, queryLogs } from '../../shared/diagnostics/index.js';
import type { LogSettings } from '../../shared/geography/index.js';
import type { ResourceDirectory } from '../../shared/resources/index.js';
import type { Clock } from '../../shared/time/clock.js';
import { parseInstant } from '../../shared/time/instant.js';
import { Fault, faults } from '../../shared/http/index.js';
import { namedOrAbsent, orAbsent, orDefault } from '../wire/null-and-absent.js';

const common = { service: 'diagnostics', auth: accessKey } as const;

const LogsRequest = z.strictObject({
  table: z.string().max(64),
  since: orAbsent(z.string().refine((text) => parseInstant(text) !== undefined, 'is no instant of ISO 8601')),
  /** Where no instant is given; by the clock of the resource. */
  lastSeconds: orDefault(
    z
      .int()
      .min(1)
      .max(logLimits.maxRetentionDays * 86_400),
    3_600,
  ),
  /** Columns and what they are. */
  where: orDefault(namedOrAbsent(z.string().max(512), z.string().max(64)), {}),
  /** `next` of the portion before. */
  after: orAbsent(z.string().max(128)),
});

const Logs = z
  .object({
    value: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())]))),
    next: z.string().optional(),
  })
  .meta({ id: 'Logs' });

/** @param tables known when everything is composed, which is before anything is parsed */
function writtenLogSettings(tables: () => readonly LogTable[]) {
  const Category = z.string().refine((name) => tables().some(({ category }) => category === name), 'is no category');
  return z
    .strictObject({
      categories: z.union([z.enum(['all', 'none']), z.array(Category).max(64)]),
      retentionDays: z.int().min(1).max(logLimits.maxRetentionDays),
      identifiers: z.enum(['raw', 'pseudonymous']),
    })
    .meta({ id: 'LogSettings' });
}

export interface DiagnosticsParts {
  readonly persons: PersonLogs;
  readonly directory: Pick<ResourceDirectory, 'setLogs'>;
  readonly clock: Clock;
  /** What holds where the owner has not chosen. */
  readonly defaults: LogSettings;
  /** Whether rows may call people by their raw ids. */
  readonly takesRaw: boolean;
  /** Known when everything is composed. */
  tables(): readonly LogTable[];
}

export function diagnosticsOperations(parts: DiagnosticsParts) {
  const { persons, directory, clock, defaults, takesRaw, tables } = parts;
  const WrittenLogSettings = writtenLogSettings(tables);
  return [
    operation({
      ...common,
      name: 'diagnostics-get-settings',
      summary: 'Gets what of the resource is logged, how long that is kept and how people are called in it.',
      route: 'GET diagnostics/settings',
      returns: WrittenLogSettings,
      ok: async ({ resource }) => toWritten(resource.logs ?? defaults),
    }),
    operation({
      ...common,
      name: 'diagnostics-set-settings',
      summary:
        'Sets what of the resource is logged from now on, how long that is kept and how people are called in it.',
      route: 'PUT diagnostics/settings',
      body: WrittenLogSettings,
      returns: WrittenLogSettings,
      ok: async ({ resource, body }) => {
        if (body.identifiers === 'raw' && !takesRaw) {
          const message = 'Rows go to a log workspace that nobody may purge, so people have pseudonyms in them.';
          throw new Fault(faults.badRequest, { message });
        }
        await directory.setLogs(resource, body);
        return body;
      },
    }),
    operation({
      ...common,
      name: 'diagnostics-query-logs',
      summary: 'Finds rows of a table of logs, oldest first; a raw id finds also what has its pseudonym.',
      route: 'POST diagnostics/:query',
      body: LogsRequest,
      returns: Logs,
      ok: async ({ resource, body: { table: name, since, lastSeconds, where, after } }) => {
        const table = tables().find((each) => each.name === name);
        const unknown = table && Object.keys(where).find((column) => !(column in table.columns));
        if (table === undefined || unknown !== undefined) {
          const known = table === undefined ? tables().map((each) => each.name) : Object.keys(table.columns);
          const what = table === undefined ? 'table' : 'column';
          throw new Fault(faults.badRequest, { message: `There is no such ${what}; there are ${known.join(', ')}.` });
        }
        const first = parseInstant(since ?? '') ?? clock.now() - lastSeconds * 1_000;
        const question = { table, since: first, where, after };
        const { rows, place } = await queryLogs(persons, resource.immutableId, question);
        return {
          value: rows.map((row) => ({ ...row }) as Record<string, string | number | string[]>),
          ...(place !== undefined && { next: place }),
        };
      },
    }),
  ];
}

function toWritten({ categories, retentionDays, identifiers }: LogSettings) {
  return { categories: typeof categories === 'string' ? categories : [...categories], retentionDays, identifiers };
}
