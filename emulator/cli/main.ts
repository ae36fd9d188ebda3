// Carries out a command of the command line and sets the exit code: 0 done, 1 failed, 2 wrongly used, 3 some resource
// could not be asked.
import { resolve } from 'node:path';
import { EmulatorError } from '../emulator-error.js';
import { reasonOf } from '../../cli/reason-of.js';
import { type EmulatorRun, runEmulator } from '../emulator-run.js';
import { loadCertificates, replacedCaText } from '../certificates/local-certificates.js';
import type { EmulatorOptions } from '../contract.js';
import { readOwnPackage } from '../package.js';
import { type Command, parseCommand } from './arguments.js';
import { readyText } from './ready-text.js';
import { CommandError } from '../../cli/command-error.js';
import { UsageError } from '../../cli/usage-error.js';

export async function main(args: readonly string[]): Promise<void> {
  endWithReader();
  try {
    process.exitCode = (await carryOutElsewhere(args)) ?? (await carryOut(await parse(args)));
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\n`);
    process.exitCode = error instanceof CommandError ? error.exitCode : 1;
  }
}

/** Whoever reads the output, such as `head`, may have enough of it: that is no failure of ours. */
function endWithReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') {
        throw error;
      }
      process.kill(process.pid, 'SIGTERM'); // a running emulator stops in order
    });
  }
}

/** Commands that talk to what is running; loaded when asked for. undefined when it is none of them. */
async function carryOutElsewhere([name, ...args]: readonly string[]): Promise<number | undefined> {
  if (name === 'privacy') {
    return (await import('../../cli/privacy/privacy-command.js')).privacyCommand(args);
  }
  if (name === 'retention') {
    return (await import('../../cli/retention/retention-command.js')).retentionCommand(args);
  }
  if (name === 'logs') {
    return (await import('../../cli/logs/logs-command.js')).logsCommand(args);
  }
  if (name === 'residency') {
    return (await import('../../cli/residency/residency-command.js')).residencyCommand(args);
  }
  if (name === 'receipt') {
    return (await import('../../cli/receipt/receipt-command.js')).receiptCommand(args);
  }
  if (name === 'master-secret') {
    return (await import('../../cli/master-secret/master-secret-command.js')).masterSecretCommand(args);
  }
  if (name === 'email') {
    return (await import('../../cli/email/email-command.js')).emailCommand(args);
  }
  if (name === 'stage') {
    return (await import('./stage/stage-command.js')).stageCommand(args);
  }
  return undefined;
}

async function parse(args: readonly string[]): Promise<Command> {
  try {
    return await parseCommand(args);
  } catch (error) {
    throw error instanceof EmulatorError ? new UsageError(error.message) : error;
  }
}

async function carryOut(command: Command): Promise<number> {
  switch (command.kind) {
    case 'print':
      process.stdout.write(command.text);
      return 0;
    case 'version':
      process.stdout.write(`${(await readOwnPackage()).version}\n`);
      return 0;
    case 'ca':
      return await printCa();
    case 'start':
      return await start(command.options, command.isQuiet);
  }
}

async function printCa(): Promise<number> {
  const { caPath, replacedEarlier } = await loadCertificates();
  if (replacedEarlier) {
    process.stderr.write(`${replacedCaText(caPath)}\n`);
  }
  process.stdout.write(`${caPath}\n`);
  return 0;
}

async function lossOf({ stop }: EmulatorRun): Promise<EmulatorError | undefined> {
  try {
    await stop();
    return undefined;
  } catch (error) {
    return error instanceof EmulatorError ? error : new EmulatorError(reasonOf(error));
  }
}

async function start(options: EmulatorOptions, isQuiet: boolean): Promise<number> {
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  const run = runEmulator(isQuiet ? options : { ...options, log });
  let isStopping = false;
  const stopped = new Promise<EmulatorError | undefined>((settle) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (!isStopping && !isQuiet) {
          log('Stopping ...');
        }
        isStopping = true;
        void lossOf(run).then((loss) => settle(loss));
      });
    }
  });
  try {
    const { ready } = await run.started;
    const dataFolder = options.ephemeral === true ? undefined : resolve(options.data ?? '.domicile');
    if (!isQuiet) {
      process.stdout.write(readyText(ready, dataFolder));
    }
    const failure = await Promise.race([stopped, run.failed]);
    if (failure !== undefined) {
      throw failure;
    }
  } catch (error) {
    const loss = isStopping ? await stopped : undefined;
    if (!isStopping || loss !== undefined) {
      throw loss ?? error;
    } // else it could not start because it was told to stop
  }
  if (!isQuiet) {
    log('Stopped.');
  }
  return 0;
}
