// Writes docs/events.md: how events are told, and which of ACS's there are.
import { readFileSync } from 'node:fs';
import { eventNames } from '../../shared/events/index.js';
import type { EventType } from '../../shared/events/index.js';

/** What stands before and behind the matrix is written by hand, in this file beside it. */
const text = readFileSync(new URL('events-page.md', import.meta.url), 'utf8');

const notRaised: Readonly<Record<string, string>> = {
  ChatAzureBotCommandReceivedInThread: 'No bot of Azure takes part in a thread here.',
  UserDisconnected: 'There are no live connections yet that could end.',
};

const whyNotThere: Readonly<Record<string, string>> = {
  SMS: 'not yet: the service is not there',
  calling: 'not yet: the service is not there',
  recording: 'not yet: recordings are kept, and made by nobody',
  'advanced messages': 'not planned',
  'job router': 'not planned',
};

export function eventsPage(types: readonly EventType[]): string {
  const byName = new Map(types.map((type) => [type.name, type]));
  const rows = Object.entries(eventNames).flatMap(([area, names]) =>
    names.map((name) => {
      const type = byName.get(name);
      const what = type?.summary ?? notRaised[name] ?? whyNotThere[area] ?? '';
      return `| \`${name}\` | ${area} | ${type === undefined ? 'no' : 'yes'} | ${type?.level ?? ''} | ${what} |`;
    }),
  );
  const matrix = [
    '| `Microsoft.Communication.` | About | Here | Told to | When, or why not |',
    '|---|---|---|---|---|',
    ...rows,
  ];
  return text.replaceAll('](../../docs/', '](').replace('<!-- matrix -->', matrix.join('\n'));
}
