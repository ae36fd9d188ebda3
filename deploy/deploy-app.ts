// `npm run deploy`: puts the parts together and ends with the exit code of the run.
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { AzureCloud } from './azure/azure-cloud.js';
import { makePackage } from './package/make-package.js';
import { type DeployCommand, help, readArguments, UsageError } from './run/arguments.js';
import { exitCodes, runDeployment } from './run/run-deployment.js';
import { RunState } from './run/run-state.js';
import { Stop } from './run/stop.js';

// Compiled, this file lies in dist-deploy/deploy/.
/** As a shell writes the end by Ctrl-C. */
const interrupted = 130;

const project = fileURLToPath(new URL('../..', import.meta.url));

async function main(args: readonly string[]): Promise<number> {
  let command: DeployCommand | 'help';
  try {
    command = readArguments(args);
  } catch (error) {
    if (!(error instanceof UsageError)) {
      throw error;
    }
    console.error(`${error.message}; see npm run deploy -- --help.`);
    return exitCodes.wrongCommand;
  }
  if (command === 'help') {
    console.log(help);
    return exitCodes.done;
  }
  const cloud = new AzureCloud(join(project, 'infra'));
  const stop = new Stop();
  process.on('SIGINT', () => {
    if (stop.ask()) {
      process.exit(interrupted);
    }
    console.log('Stopping: Pulumi ends what is under way and writes it down. The same command again goes on.');
  });
  const parts = {
    cloud,
    caller: { origin: (host: string) => `https://${host}`, token: cloud.token.bind(cloud), pause },
    state: await RunState.open(join(project, 'dist-deploy', 'unfinished-run.json')),
    stop,
    makePackage: () => makePackage(project),
    ask: process.stdin.isTTY ? ask : undefined,
    say: (line: string) => console.log(line),
  };
  return await runDeployment(parts, command);
}

async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(question);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

process.exitCode = await main(process.argv.slice(2));
