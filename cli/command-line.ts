// What the commands that talk to resources have in common: options read strictly, mistakes that point to the help, Ctrl-C.
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { CommandError } from './command-error.js';
import { ownCommand } from './own-command.js';
import { reasonOf } from './reason-of.js';
import { UsageError } from './usage-error.js';

type Options = NonNullable<ParseArgsConfig['options']>;

interface CommandLine<Known extends Options> {
  /** @throws {UsageError} about the first mistake */
  read(args: readonly string[]): ReturnType<typeof parseArgs<{ options: Known; allowPositionals: true; strict: true }>>;
  /** @returns the error to throw */
  wrong(what: string): UsageError;
  /** @returns the error to throw when this is asked for and not there */
  unknown(action: string | undefined): UsageError;
  /** @throws {UsageError} when anything is left */
  expectNoMore(rest: readonly string[]): void;
}

/** @param name of the command, as its user writes it */
export function commandLine<const Known extends Options>(name: string, options: Known): CommandLine<Known> {
  const wrong = (what: string) => new UsageError(`${what}; see ${ownCommand()} ${name} --help.`);
  return {
    read(args) {
      try {
        return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
      } catch (error) {
        const [sentence = ''] = reasonOf(error).split(/\. /);
        throw wrong(sentence.replace(/\.$/, ''));
      }
    },
    wrong,
    unknown: (action) => wrong(`${action === undefined ? 'Nothing' : `"${action}"`} is not what it can do`),
    expectNoMore([surplus]) {
      if (surplus !== undefined) {
        throw wrong(`"${surplus}" was not expected`);
      }
    },
  };
}

/** Aborted by the first Ctrl-C. */
export function interruption(): AbortSignal {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(new CommandError('Stopped.')));
  return stop.signal;
}
