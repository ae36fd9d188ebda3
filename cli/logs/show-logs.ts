// Rows of logs of all resources, in the order of their time; followed, what comes is shown as it is written.
import { CommandError } from '../command-error.js';
import { pause } from '../resources/pause.js';
import type { ResourceClient } from '../resources/resource-client.js';
import { type ResourceRun, throughAll, throwIfMissed } from '../resources/resource-run.js';

export interface LogsAsked {
  readonly table: string;
  readonly where: Readonly<Record<string, string>>;
  /** How far back. */
  readonly sinceMs: number;
}

type Row = Readonly<Record<string, string | number | readonly string[]>>;

const followEveryMs = 2_000;
/** Rows gather in memory for some seconds before they are written, in another order. */
const writtenWithinMs = 60_000;
/** Far more than come within that time. */
const maxRemembered = 100_000;

/** @throws {CommandError} when some resources could not be asked */
export async function showLogs(
  run: ResourceRun,
  { table, where, sinceMs }: LogsAsked,
  { isJson, isFollowed }: { readonly isJson: boolean; readonly isFollowed: boolean },
  print: (text: string) => void,
): Promise<void> {
  const shown = new Set<string>();
  for (let isFirst = true; ; isFirst = false) {
    const { done, missed } = await throughAll(run, async (client) => {
      const backMs = isFirst ? sinceMs : Math.min(sinceMs, writtenWithinMs);
      return rowsOf(client, { table, where, lastSeconds: Math.ceil(backMs / 1_000) }, run.stopping);
    });
    const rows = done.flatMap(({ access, result }) => result.map((row) => ({ resource: access.endpoint, row })));
    rows.sort((one, other) => (String(one.row['TimeGenerated']) < String(other.row['TimeGenerated']) ? -1 : 1));
    for (const { resource, row } of rows) {
      const id = String(row['CorrelationId']);
      if (!shown.has(id)) {
        shown.add(id);
        print(isJson ? `${JSON.stringify({ resource, ...row })}\n` : `${lineOf(row)}\n`);
      }
    }
    throwIfMissed(run, missed, 'What they have logged is not known.');
    if (!isFollowed) {
      return;
    }
    for (const oldest of shown) {
      if (shown.size <= maxRemembered) {
        break;
      }
      shown.delete(oldest);
    }
    await pause(followEveryMs, run.stopping);
  }
}

async function rowsOf(client: ResourceClient, asked: object, signal: AbortSignal): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let after: string | undefined;
  do {
    const body = { ...asked, ...(after !== undefined && { after }) };
    const answer = (await client.json('POST', '/diagnostics/:query', { body, signal })).body;
    if (!Array.isArray(answer['value'])) {
      throw new CommandError(`${client.access.label} answers with something else than rows of logs.`);
    }
    rows.push(...(answer['value'] as readonly Row[]));
    after = typeof answer['next'] === 'string' ? answer['next'] : undefined;
  } while (after !== undefined);
  return rows;
}

function lineOf(row: Row): string {
  const { TimeGenerated, OperationName, ResultSignature, DurationMs, UserId, Identity } = row;
  const facts = [TimeGenerated, OperationName, ResultSignature, `${String(DurationMs)} ms`, UserId ?? Identity ?? ''];
  return facts.join('  ').trimEnd();
}
