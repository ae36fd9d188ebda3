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
    'They can send mail from, in the same order (it lies in the mailbox then):',
    '',
    ...ready.resources.map(({ mailSender }) => mailSender),
    '',
    ...smtpText(ready),
    'They have these phone numbers, in the same order (nobody else does):',
    '',
    ...ready.resources.map(({ phoneNumber }) => phoneNumber),
    '',
    'Let a program trust the certificate:',
    '',
    `NODE_EXTRA_CA_CERTS=${quoted(ready.ca)} node app.js`,
    '',
    ...table(facts),
    '',
  ].join('\n');
}

/** Absent where no mail is taken by SMTP. */
function smtpText({ resources }: ReadyFile): string[] {
  const accesses = resources.flatMap(({ smtp }) => smtp ?? []);
  const [first] = accesses;
  if (first === undefined) {
    return [];
  }
  return [
    'Or by SMTP with STARTTLS: where, with which user name, and the one password:',
    '',
    ...accesses.map(({ host, port, username }) => `${host}:${port} ${username}`),
    '',
    first.password,
    '',
  ];
}

function quoted(path: string): string {
  return /^[\w./:@-]+$/.test(path) ? path : `'${path}'`;
}
