// Runs the program as Pulumi runs it: in a process of its own, by Pulumi's own starter for Node.js, against our engine.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { configurationOf, infraFolder } from '../sample-stacks.js';
import { type EngineRun, startEngine } from './engine.js';

export interface ProgramRun extends EngineRun {
  readonly exitCode: number | null;
  readonly printed: string;
}

const starter = createRequire(import.meta.url).resolve('@pulumi/pulumi/cmd/run/index.js');

export async function runProgram(
  stackName: string,
  { isPreview, options }: { readonly isPreview: boolean; readonly options: Readonly<Record<string, unknown>> },
): Promise<ProgramRun> {
  const configuration = configurationOf(stackName, options);
  const engine = await startEngine(isPreview, configuration['azure-native:subscriptionId'] ?? '');
  try {
    const args = ['--project=domicile', `--stack=${stackName}`, '--parallel=16', `--pwd=${infraFolder}`];
    if (isPreview) {
      args.push('--dry-run');
    }
    const program = spawn(
      process.execPath,
      [starter, ...args, `--monitor=${engine.address}`, `--engine=${engine.address}`, '.'],
      {
        cwd: infraFolder,
        env: {
          PULUMI_CONFIG: JSON.stringify(configuration),
          PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(['domicile:masterSecrets', 'domicile:tokenKey', 'domicile:hopKey']),
          HOME: '/nonexistent',
          // Pulumi keeps a stack trace with each of its thousands of promises.
          NODE_OPTIONS: '--stack-trace-limit=0 --max-semi-space-size=64',
        },
      },
    );
    let printed = '';
    for (const stream of [program.stdout, program.stderr]) {
      stream.on('data', (chunk: Buffer) => (printed += String(chunk)));
    }
    const exitCode = await new Promise<number | null>((resolve) => program.once('close', resolve));
    return { ...engine.run, exitCode, printed };
  } finally {
    engine.stop();
  }
}
