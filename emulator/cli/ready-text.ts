// What the terminal shows once everything answers. It fits 80 columns, but for what is to be copied whole.
import type { ReadyFile } from '../contract.js';
import { table } from '../../cli/table.js';

/** @param dataFolder absent when everything stays in memory */
export function readyText(ready: ReadyFile, dataFolder: string | undefined): string {
  const rows = [
    ['GEOGRAPHY', 'RESOURCE', 'ENDPOINT'],
    ...ready.resources.map(({ geography, name, endpoint }) => [geography, name, endpoint]),
  ];
  const facts = [
    ['CA certificate', ready.ca],
    ['Control plane', ready.control],
    ['Entra ID', ready.entra.authorityHost],
    ['Data', dataFolder ?? 'in memory, gone when it stops'],
    ['Stop', 'Ctrl-C'],
  ];
  return [
    `Domicile ${ready.version} is ready.`,
    '',
    ...table(rows),
    '',
    'Connection strings, in the same order:',
    '',
    // Without indentation: a click on the line takes nothing else with it.
    ...ready.resources.map(({ connectionString }) => connectionString),
    '',
    'Let a program trust the certificate:',
    '',
    `NODE_EXTRA_CA_CERTS=${quoted(ready.ca)} node app.js`,
    '',
    ...table(facts),
    '',
  ].join('\n');
}

function quoted(path: string): string {
  return /^[\w./:@-]+$/.test(path) ? path : `'${path}'`;
}
