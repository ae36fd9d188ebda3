// Pulumi's Automation API, as far as it is used here. The package is installed in infra/ only, so that the app's own
// install stays small; it drives the Pulumi CLI.
import { createRequire } from 'node:module';
import { join } from 'node:path';

export interface Automation {
  readonly PulumiCommand: { get(): Promise<unknown> };
  readonly LocalWorkspace: {
    create(options: WorkspaceOptions & { workDir: string }): Promise<Workspace>;
    selectStack(args: { stackName: string; workDir: string }, options: WorkspaceOptions): Promise<Stack>;
  };
}

export interface WorkspaceOptions {
  /** For every command beside those of this process. */
  readonly envVars: Readonly<Record<string, string>>;
}

interface Workspace {
  whoAmI(): Promise<unknown>;
  /** What stands in the file of a stack. */
  stackSettings(stackName: string): Promise<{ readonly config?: Readonly<Record<string, unknown>> }>;
}

export interface Stack {
  /** By full key; secrets in plain. */
  getAllConfig(): Promise<Readonly<Record<string, { readonly value: unknown }>>>;
  up(options: { policyPacks: string[]; onEvent(event: EngineEvent): void }): Promise<unknown>;
  outputs(): Promise<Readonly<Record<string, { readonly value: unknown }>>>;
}

export interface EngineEvent {
  readonly resOutputsEvent?: { readonly metadata: { readonly op: string; readonly type: string } };
  readonly diagnosticEvent?: { readonly severity: string; readonly message: string };
  readonly policyEvent?: { readonly enforcementLevel: string; readonly message: string };
}

/** @param infra folder of the Pulumi program, with its packages */
export function loadAutomation(infra: string): Automation {
  return createRequire(join(infra, 'package.json'))('@pulumi/pulumi/automation') as Automation;
}
