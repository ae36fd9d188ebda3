// The real cloud: Pulumi through its Automation API, from infra's own install, and the login of the Azure CLI.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { AzureCliCredential } from '@azure/identity';
import { z } from 'zod';
import type { Audience, Cloud, StackFacts } from './cloud.js';

/** Of `@pulumi/pulumi/automation`, what is used here; the package itself is installed in infra/ only. */
interface Automation {
  readonly PulumiCommand: { get(): Promise<unknown> };
  readonly LocalWorkspace: {
    create(options: { workDir: string }): Promise<{ whoAmI(): Promise<unknown> }>;
    selectStack(args: { stackName: string; workDir: string }): Promise<Stack>;
  };
}

interface Stack {
  getAllConfig(): Promise<Readonly<Record<string, unknown>>>;
  up(options: { onEvent(event: EngineEvent): void }): Promise<unknown>;
  outputs(): Promise<Readonly<Record<string, { readonly value: unknown }>>>;
}

interface EngineEvent {
  readonly resOutputsEvent?: { readonly metadata: { readonly op: string; readonly type: string } };
  readonly diagnosticEvent?: { readonly severity: string; readonly message: string };
}

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

/** A token is asked for again this long before it ends. */
const tokenReserveMs = 5 * 60_000;

export class AzureCloud implements Cloud {
  readonly #infra: string;
  readonly #login = new AzureCliCredential();
  readonly #tokens = new Map<Audience, { readonly token: string; readonly expiresOnTimestamp: number }>();
  readonly #stacks = new Map<string, Promise<Stack>>();

  /** @param infra folder of the Pulumi program */
  constructor(infra: string) {
    this.#infra = infra;
  }

  async missingTools(): Promise<readonly string[]> {
    const missing: string[] = [];
    if (!existsSync(join(this.#infra, 'node_modules', '@pulumi', 'pulumi'))) {
      missing.push('the packages of infra/: run npm ci --prefix infra');
    } else if (!existsSync(join(this.#infra, 'dist', 'infra', 'index.js'))) {
      missing.push('the built program of infra/: run npm run build --prefix infra');
    } else {
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
    const { PulumiCommand, LocalWorkspace } = this.#automation();
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

  async stackVersion(geography: string): Promise<string> {
    const hash = createHash('sha256').update(await readFile(join(this.#infra, `Pulumi.${geography}.yaml`)));
    const dist = join(this.#infra, 'dist');
    const files = (await readdir(dist, { recursive: true })).filter((path) => path.endsWith('.js')).toSorted();
    for (const path of files) hash.update(path).update(await readFile(join(dist, path)));
    return hash.digest('hex');
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
      const reason = errors.at(-1) ?? (error as Error).message.split('\n', 1)[0];
      throw new Error(`Pulumi could not update the stack: ${reason}`, { cause: error });
    }
  }

  async readStack(geography: string): Promise<StackFacts | undefined> {
    const outputs = await (await this.#stack(geography)).outputs();
    if (outputs['functionApp'] === undefined) return undefined;
    return Facts.parse(Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value])));
  }

  async token(audience: Audience): Promise<string> {
    const known = this.#tokens.get(audience);
    if (known !== undefined && known.expiresOnTimestamp - Date.now() > tokenReserveMs) return known.token;
    const fresh = await this.#login.getToken(`${audience}/.default`);
    this.#tokens.set(audience, fresh);
    return fresh.token;
  }

  #stack(stackName: string): Promise<Stack> {
    const known = this.#stacks.get(stackName);
    if (known !== undefined) return known;
    const selected = this.#automation().LocalWorkspace.selectStack({ stackName, workDir: this.#infra });
    this.#stacks.set(stackName, selected);
    return selected;
  }

  #automation(): Automation {
    return createRequire(join(this.#infra, 'package.json'))('@pulumi/pulumi/automation') as Automation;
  }
}
