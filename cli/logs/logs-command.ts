// The command `acs-domicile logs`: reads its arguments and shows rows of logs.
import { commandLine, interruption } from '../command-line.js';
import { readResources } from '../resources/connection-strings.js';
import type { ResourceRun } from '../resources/resource-run.js';
import { logsHelp } from './logs-help.js';
import { showLogs } from './show-logs.js';

const command = commandLine('logs', {
  resources: { type: 'string' },
  table: { type: 'string' },
  where: { type: 'string', multiple: true },
  since: { type: 'string' },
  follow: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
});

/** @returns the exit code */
export async function logsCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = command.read(args);
  if (values.help === true) {
    process.stdout.write(logsHelp);
    return 0;
  }
  command.expectNoMore(positionals);
  if (values.table === undefined || values.resources === undefined) {
    throw command.wrong(`--${values.table === undefined ? 'table' : 'resources'} is missing`);
  }
  const sinceMs = durationMs(values.since ?? 'PT1H');
  if (sinceMs === undefined) {
    throw command.wrong(`"${values.since}" is no duration such as PT15M or P7D`);
  }
  const where = Object.fromEntries((values.where ?? []).map(conditionOf));
  const run: ResourceRun = {
    resources: await readResources(values.resources),
    stopping: interruption(),
    say: (line) => void process.stderr.write(`${line}\n`),
  };
  const question = { table: values.table, where, sinceMs };
  const how = { isJson: values.json ?? false, isFollowed: values.follow ?? false };
  await showLogs(run, question, how, (text) => void process.stdout.write(text));
  return 0;
}

function conditionOf(text: string): readonly [column: string, value: string] {
  const [, column, value] = /^(\w+)=(.+)$/s.exec(text) ?? [];
  if (column === undefined || value === undefined) {
    throw command.wrong(`"${text}" is no condition such as ResultType=Failed`);
  }
  return [column, value];
}

/** Days, hours, minutes and seconds of ISO 8601. */
function durationMs(text: string): number | undefined {
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] =
    /^P(?=.)(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text) ?? [];
  const ms = (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
  return ms > 0 ? ms : undefined;
}
