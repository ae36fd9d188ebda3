// The command line, parsed: what is to be done, or what is wrong with it.
import { parseArgs } from 'node:util';
import { geographySlugs } from '../../shared/geography/index.js';
import type { EmulatorOptions } from '../contract.js';
import { EmulatorError } from '../emulator-error.js';
import { type RequestLog, requestLogs } from '../host/request-log.js';
import { optionsKeptByNpm, ownCommand, startCommand } from '../../cli/own-command.js';
import { reasonOf } from '../../cli/reason-of.js';
import { planEmulator } from '../options.js';
import { help } from './help.js';
import { readLimitsArgument } from './limits-argument.js';

export type Command =
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'version' }
  | { readonly kind: 'ca' }
  | { readonly kind: 'start'; readonly options: EmulatorOptions; readonly isQuiet: boolean };

/** Of the command line; the control plane has it. */
export const defaultPort = 7400;

const options = {
  geographies: { type: 'string' },
  port: { type: 'string' },
  data: { type: 'string' },
  ephemeral: { type: 'boolean' },
  'ready-file': { type: 'string' },
  instances: { type: 'string' },
  limits: { type: 'string' },
  'master-secrets': { type: 'string' },
  'host-names': { type: 'string' },
  'event-hosts': { type: 'string' },
  'smtp-relay': { type: 'string' },
  'no-smtp': { type: 'boolean' },
  'allow-origin': { type: 'string', multiple: true },
  realtime: { type: 'string' },
  log: { type: 'string' },
  quiet: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

/** @throws {EmulatorError} one sentence about the first mistake */
export async function parseCommand(args: readonly string[]): Promise<Command> {
  assertNothingKept();
  const { values, positionals } = parse(args);
  const [name, ...surplus] = positionals;
  if (values.version === true) {
    return { kind: 'version' };
  }
  if (name !== undefined && name !== 'start' && name !== 'ca') {
    throw new EmulatorError(`There is no command "${name}"; see ${ownCommand()} --help.`);
  }
  if (values.help === true) {
    return { kind: 'print', text: help[name ?? 'general'] };
  }
  if (name === undefined) {
    throw new EmulatorError(`No command was given; try ${startCommand()}, or ${ownCommand()} --help.`);
  }
  if (surplus.length > 0) {
    throw new EmulatorError(`"${surplus[0]}" was not expected; see ${ownCommand()} ${name} --help.`);
  }
  if (name === 'ca') {
    const [option] = Object.keys(values);
    if (option !== undefined) {
      throw new EmulatorError(`acs-domicile ca takes no option --${option}.`);
    }
    return { kind: 'ca' };
  }
  if (values.ephemeral === true && values.data !== undefined) {
    throw new EmulatorError('It is either --ephemeral, which keeps nothing, or --data.');
  }
  const { geographies, limits, log } = values;
  const isQuiet = values.quiet ?? false;
  const asked = {
    ...(geographies === undefined ? {} : { geographies: geographiesOf(geographies) }),
    port: wholeNumber('--port', values.port ?? String(defaultPort)),
    instances: wholeNumber('--instances', values.instances ?? '1'),
    masterSecrets: wholeNumber('--master-secrets', values['master-secrets'] ?? '1'),
    ephemeral: values.ephemeral ?? false,
    requestLog: isQuiet ? 'off' : requestLogOf(log ?? 'errors'),
    ...(limits === undefined ? {} : { limits: await readLimitsArgument(limits) }),
    ...(values['host-names'] === undefined ? {} : { hostNames: listOf(values['host-names']) }),
    ...(values['event-hosts'] === undefined ? {} : { eventHosts: listOf(values['event-hosts']) }),
    ...(values['smtp-relay'] === undefined ? {} : { smtpRelay: values['smtp-relay'] }),
    ...(values['no-smtp'] === true && { smtp: false }),
    ...(values['allow-origin'] === undefined ? {} : { allowedOrigins: values['allow-origin'].flatMap(listOf) }),
    ...(values.realtime === undefined ? {} : { realtime: values.realtime }),
    ...(values.data === undefined ? {} : { data: values.data }),
    ...(values['ready-file'] === undefined ? {} : { readyFile: values['ready-file'] }),
  } as EmulatorOptions;
  planEmulator(asked); // a wrong name or number is a mistake in the command, so it is said here
  return { kind: 'start', options: asked, isQuiet };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const [sentence = ''] = reasonOf(error).split(/\. /);
    throw new EmulatorError(`${sentence.replace(/\.$/, '')}; see ${ownCommand()} --help.`);
  }
}

function geographiesOf(list: string): readonly string[] {
  return list === 'all' ? geographySlugs : listOf(list);
}

function listOf(text: string): readonly string[] {
  return text.split(',').map((item) => item.trim());
}

/** @throws {EmulatorError} when npm has kept options for itself: what they ask for would silently not happen */
function assertNothingKept(): void {
  const kept = optionsKeptByNpm(Object.keys(options)).map((name) => `--${name}`);
  if (kept.length > 0) {
    throw new EmulatorError(`npm has kept ${kept.join(', ')} for itself; write: ${startCommand()} ${kept.join(' ')}`);
  }
}

function requestLogOf(text: string): RequestLog {
  const known = requestLogs.find((which) => which === text);
  if (known === undefined) {
    throw new EmulatorError(`--log takes ${requestLogs.join(', ')}, not "${text}".`);
  }
  return known;
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,5}$/.test(text)) {
    return Number(text);
  }
  throw new EmulatorError(`${option} takes a whole number, not "${text}".`);
}
