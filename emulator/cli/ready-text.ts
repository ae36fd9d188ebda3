// What the terminal shows once everything answers.
import type { ReadyFile } from '../contract.js';
import { table } from '../../cli/table.js';

/** @param dataFolder absent when everything stays in memory */
export function readyText(ready: ReadyFile, dataFolder: string | undefined): string {
  const rows = [
    ['GEOGRAPHY', 'RESOURCE', 'ENDPOINT', 'CONNECTION STRING'],
    ...ready.resources.map((resource) => [
      resource.geography,
      resource.name,
      resource.endpoint,
      resource.connectionString,
    ]),
  ];
  const facts = [
    ['CA certificate', ready.ca],
    ['Trust it', `NODE_EXTRA_CA_CERTS=${quoted(ready.ca)} node app.js`],
    ['Control plane', ready.control],
    ['Entra ID', ready.entra.authorityHost],
    ['Data', dataFolder ?? 'in memory, gone when it stops'],
    ['Stop', 'Ctrl-C'],
  ];
  return [`Domicile ${ready.version} is ready.`, '', ...table(rows), '', ...table(facts), ''].join('\n');
}

function quoted(path: string): string {
  return /^[\w./:@-]+$/.test(path) ? path : `'${path}'`;
}
