// The real cloud: Pulumi through its Automation API, from infra's own install, and the login of the Azure CLI.
import { join } from 'node:path';
import { z } from 'zod';
import type { Audience, Cloud, StackFacts } from '../cloud.js';
import { type EngineEvent, loadAutomation, type Stack, type WorkspaceOptions } from './automation.js';
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

/** One of them: who is told of alerts, or that nobody is. */
const neededOfAlerts = ['domicile:alertEmails', 'domicile:alertWebhooks', 'domicile:unheardAlerts'];

/** May stand in the environment instead, as all stacks share them. */
const idsOfAll = [
  ['azure-native:subscriptionId', 'ARM_SUBSCRIPTION_ID'],
  ['azure-native:tenantId', 'ARM_TENANT_ID'],
] as const;

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
    if (missing.length === 0) {
      missing.push(...(await this.#missingOfPulumi()));
    }
    try {
      await this.token('https://management.azure.com');
    } catch {
      missing.push('a login to Azure: install the Azure CLI (https://aka.ms/azure-cli), then run az login');
    }
    return missing;
  }

  async #missingOfPulumi(): Promise<readonly string[]> {
    try {
      await loadAutomation(this.#infra).PulumiCommand.get();
      return [];
    } catch {
      return ['the Pulumi CLI, or a newer one: see https://www.pulumi.com/docs/install/'];
    }
  }

  async missingOfStack(geography: string): Promise<readonly string[]> {
    try {
      const stack = await this.#stack(geography);
      const config = await stack.getAllConfig();
      const missing = neededConfig.filter((key) => !(key in config));
      if (namesPeers(config['domicile:settings']?.value) && !('domicile:hopKey' in config)) {
        missing.push('domicile:hopKey');
      }
      if (!neededOfAlerts.some((key) => key in config)) {
        missing.push(neededOfAlerts.join(' or '));
      }
      for (const [key, variable] of idsOfAll) {
        if (!(key in config) && !process.env[variable]) {
          missing.push(key);
        }
      }
      return missing.map((key) => `${key} of the stack ${geography}: pulumi config set, as docs/deploy.md says`);
    } catch {
      return [`${await this.#whyNoStack(geography)}, as docs/deploy.md says`];
    }
  }

  async #whyNoStack(geography: string): Promise<string> {
    try {
      const options = await this.#stateOf(geography);
      await (await loadAutomation(this.#infra).LocalWorkspace.create({ workDir: this.#infra, ...options })).whoAmI();
    } catch {
      return `a login of Pulumi to where the state of the stack ${geography} is kept: run pulumi login`;
    }
    return `the stack ${geography}, or the right to read it: pulumi stack init ${geography}`;
  }

  stackVersion(geography: string): Promise<string> {
    return versionOf(this.#infra, geography);
  }

  async updateStack(geography: string, onProgress: (line: string) => void): Promise<void> {
    const stack = await this.#stack(geography);
    const errors: string[] = [];
    try {
      await stack.up({
        policyPacks: [join(this.#infra, 'policies')],
        onEvent: ({ resOutputsEvent, diagnosticEvent, policyEvent }) => {
          const { op, type } = resOutputsEvent?.metadata ?? { op: 'same', type: '' };
          if (op !== 'same') {
            onProgress(`${op} ${type}`);
          }
          const message =
            policyEvent?.enforcementLevel === 'mandatory' ? policyEvent.message : errorOf(diagnosticEvent);
          if (message !== undefined) {
            errors.push(message.trim());
          }
        },
      });
    } catch (error) {
      const reason = errors[0] ?? /error: (.+)/.exec((error as Error).message)?.[1] ?? 'it does not say why';
      throw new Error(`Pulumi could not update the stack: ${reason}`, { cause: error });
    }
  }

  async readStack(geography: string): Promise<StackFacts | undefined> {
    const outputs = await (await this.#stack(geography)).outputs();
    if (outputs['functionApp'] === undefined) {
      return undefined;
    }
    return Facts.parse(Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value])));
  }

  token(audience: Audience): Promise<string> {
    return this.#login.token(audience);
  }

  #stack(stackName: string): Promise<Stack> {
    const known = this.#stacks.get(stackName);
    if (known !== undefined) {
      return known;
    }
    const { LocalWorkspace } = loadAutomation(this.#infra);
    const selected = this.#stateOf(stackName).then((options) =>
      LocalWorkspace.selectStack({ stackName, workDir: this.#infra }, options),
    );
    this.#stacks.set(stackName, selected);
    return selected;
  }

  /** The state of each geography lies there; Pulumi's own login is to one place at a time. */
  async #stateOf(stackName: string): Promise<WorkspaceOptions> {
    const workspace = await loadAutomation(this.#infra).LocalWorkspace.create({ workDir: this.#infra, envVars: {} });
    const { config } = await workspace.stackSettings(stackName);
    const address = config?.['domicile:state'];
    return { envVars: typeof address === 'string' ? { PULUMI_BACKEND_URL: address } : {} };
  }
}

/** Undefined too for what Pulumi says last of any update that failed. */
function errorOf(diagnostic: EngineEvent['diagnosticEvent']): string | undefined {
  const isReason = diagnostic?.severity === 'error' && !/^(update|preview) failed\s*$/.test(diagnostic.message);
  return isReason ? diagnostic.message : undefined;
}

/** Geographies that know each other sign with a key. @param settings JSON, as Pulumi hands an object over */
function namesPeers(settings: unknown): boolean {
  try {
    const { DOMICILE_PEERS: peers = '{}' } = JSON.parse(String(settings)) as { readonly DOMICILE_PEERS?: unknown };
    return peers !== '{}';
  } catch {
    return false;
  }
}
