// The command line, parsed: what is to be done, or what is wrong with it.
import { parseArgs } from 'node:util';
import { geographySlugs } from '../../shared/geography/index.js';
import type { EmulatorOptions } from '../contract.js';
import { EmulatorError } from '../emulator-error.js';
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
  'host-names': { type: 'string' },
  quiet: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

/** @throws {EmulatorError} one sentence about the first mistake */
export async function parseCommand(args: readonly string[]): Promise<Command> {
  const { values, positionals } = parse(args);
  const [name, ...surplus] = positionals;
  if (values.version === true) {
    return { kind: 'version' };
  }
  if (name !== undefined && name !== 'start' && name !== 'ca') {
    throw new EmulatorError(`There is no command "${name}"; see acs-domicile --help.`);
  }
  if (values.help === true) {
    return { kind: 'print', text: help[name ?? 'general'] };
  }
  if (name === undefined) {
    throw new EmulatorError('No command was given; try acs-domicile start, or acs-domicile --help.');
  }
  if (surplus.length > 0) {
    throw new EmulatorError(`"${surplus[0]}" was not expected; see acs-domicile ${name} --help.`);
  }
  if (name === 'ca') {
    const [option] = Object.keys(values);
    if (option !== undefined) {
      throw new EmulatorError(`acs-domicile ca takes no option --${option}.`);
    }
    return { kind: 'ca' };
  }
  const { geographies, limits } = values;
  const asked = {
    ...(geographies === undefined ? {} : { geographies: geographiesOf(geographies) }),
    port: wholeNumber('--port', values.port ?? String(defaultPort)),
    instances: wholeNumber('--instances', values.instances ?? '1'),
    ephemeral: values.ephemeral ?? false,
    ...(limits === undefined ? {} : { limits: await readLimitsArgument(limits) }),
    ...(values['host-names'] === undefined ? {} : { hostNames: listOf(values['host-names']) }),
    ...(values.data === undefined ? {} : { data: values.data }),
    ...(values['ready-file'] === undefined ? {} : { readyFile: values['ready-file'] }),
  } as EmulatorOptions;
  planEmulator(asked); // a wrong name or number is a mistake in the command, so it is said here
  return { kind: 'start', options: asked, isQuiet: values.quiet ?? false };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const [sentence = ''] = reasonOf(error).split(/\. /);
    throw new EmulatorError(`${sentence.replace(/\.$/, '')}; see acs-domicile --help.`);
  }
}

function geographiesOf(list: string): readonly string[] {
  return list === 'all' ? geographySlugs : listOf(list);
}

function listOf(text: string): readonly string[] {
  return text.split(',').map((item) => item.trim());
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,5}$/.test(text)) {
    return Number(text);
  }
  throw new EmulatorError(`${option} takes a whole number, not "${text}".`);
}
