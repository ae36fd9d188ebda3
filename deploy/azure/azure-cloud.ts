// The real cloud: Pulumi through its Automation API, from infra's own install, and the login of the Azure CLI.
import { z } from 'zod';
import type { Audience, Cloud, StackFacts } from '../cloud.js';
import { loadAutomation, type Stack } from './automation.js';
import { AzureLogin } from './azure-login.js';
import { prepareProgram, versionOf } from './infra-program.js';

const Facts = z.object({
  subscriptionId: z.guid(),
  resourceGroup: z.string().min(1),
  functionApp: z.string().min(1),
  hosting: z.enum(['flex', 'dedicated']),
  publishHost: z.hostname(),
  storageAccount: z.string().regex(/^[a-z\d]{3,24}$/),
  deploymentContainer: z.string().min(1),
  endpoint: z.url({ protocol: /^https$/ }),
});

/** What a stack must be told before its first update; its program says the rest, before it makes anything. */
const neededConfig = ['domicile:geography', 'domicile:masterSecrets', 'domicile:tokenKey'];

export class AzureCloud implements Cloud {
  readonly #infra: string;
  readonly #login = new AzureLogin();
  readonly #stacks = new Map<string, Promise<Stack>>();

  /** @param infra folder of the Pulumi program */
  constructor(infra: string) {
    this.#infra = infra;
  }

  async missingTools(): Promise<readonly string[]> {
    const missing = [...(await prepareProgram(this.#infra))];
    if (missing.length === 0) missing.push(...(await this.#missingOfPulumi()));
    try {
      await this.token('https://management.azure.com');
    } catch {
      missing.push('a login to Azure: install the Azure CLI (https://aka.ms/azure-cli), then run az login');
    }
    return missing;
  }

  async #missingOfPulumi(): Promise<readonly string[]> {
    const { PulumiCommand, LocalWorkspace } = loadAutomation(this.#infra);
    try {
      await PulumiCommand.get();
    } catch {
      return ['the Pulumi CLI, or a newer one: see https://www.pulumi.com/docs/install/'];
    }
    try {
      await (await LocalWorkspace.create({ workDir: this.#infra })).whoAmI();
      return [];
    } catch {
      return ['a login of Pulumi to where its state is kept: run pulumi login, as docs/deploy.md says'];
    }
  }

  async missingOfStack(geography: string): Promise<readonly string[]> {
    try {
      const stack = await this.#stack(geography);
      const config = await stack.getAllConfig();
      const missing = neededConfig.filter((key) => !(key in config));
      const hasSubscription = 'azure-native:subscriptionId' in config || process.env['ARM_SUBSCRIPTION_ID'];
      if (!hasSubscription) missing.push('azure-native:subscriptionId');
      return missing.map((key) => `${key} of the stack ${geography}: pulumi config set, as docs/deploy.md says`);
    } catch {
      const command = `pulumi stack init ${geography}`;
      return [`the stack ${geography}, or the right to read it: ${command}, as docs/deploy.md says`];
    }
  }

  stackVersion(geography: string): Promise<string> {
    return versionOf(this.#infra, geography);
  }

  async updateStack(geography: string, onProgress: (line: string) => void): Promise<void> {
    const stack = await this.#stack(geography);
    const errors: string[] = [];
    try {
      await stack.up({
        onEvent: ({ resOutputsEvent, diagnosticEvent }) => {
          const { op, type } = resOutputsEvent?.metadata ?? { op: 'same', type: '' };
          if (op !== 'same') onProgress(`${op} ${type}`);
          if (diagnosticEvent?.severity === 'error') errors.push(diagnosticEvent.message.trim());
        },
      });
    } catch (error) {
      const reason = errors.at(-1) ?? /error: (.+)/.exec((error as Error).message)?.[1] ?? 'it does not say why';
      throw new Error(`Pulumi could not update the stack: ${reason}`, { cause: error });
    }
  }

  async readStack(geography: string): Promise<StackFacts | undefined> {
    const outputs = await (await this.#stack(geography)).outputs();
    if (outputs['functionApp'] === undefined) return undefined;
    return Facts.parse(Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value])));
  }

  token(audience: Audience): Promise<string> {
    return this.#login.token(audience);
  }

  #stack(stackName: string): Promise<Stack> {
    const known = this.#stacks.get(stackName);
    if (known !== undefined) return known;
    const selected = loadAutomation(this.#infra).LocalWorkspace.selectStack({ stackName, workDir: this.#infra });
    this.#stacks.set(stackName, selected);
    return selected;
  }
}
