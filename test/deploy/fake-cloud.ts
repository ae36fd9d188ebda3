// A cloud without Azure and Pulumi: says what it was told to say, and remembers what it was asked to change.
import type { Cloud, StackFacts } from '../../deploy/cloud.js';

export interface FakeCloud extends Cloud {
  tools: string[];
  readonly stacks: Map<string, string[]>;
  readonly failing: Set<string>;
  readonly updated: string[];
  /** Happens while a stack is updated. */
  onUpdate(): void;
  version: string;
  /** The most stacks that were updated at a time. */
  mostAtOnce: number;
  hosting: StackFacts['hosting'];
}

export function factsOf(geography: string, hosting: StackFacts['hosting'] = 'flex'): StackFacts {
  return {
    subscriptionId: '00000000-0000-4000-8000-000000000001',
    resourceGroup: `domicile-${geography}`,
    functionApp: `domicile-${geography}-abcde`,
    hosting,
    publishHost: `domicile-${geography}-abcde.scm.azurewebsites.net`,
    storageAccount: `domicile${geography}abcde`,
    deploymentContainer: 'deployments',
    endpoint: `https://domicile-${geography}-abcde.azurewebsites.net`,
  };
}

export function fakeCloud(): FakeCloud {
  let running = 0;
  const cloud: FakeCloud = {
    tools: [],
    stacks: new Map(),
    failing: new Set(),
    updated: [],
    onUpdate: () => undefined,
    version: '1',
    mostAtOnce: 0,
    hosting: 'flex',
    missingTools: async () => cloud.tools,
    missingOfStack: async (geography) => cloud.stacks.get(geography) ?? [],
    stackVersion: async () => cloud.version,
    updateStack: async (geography, onProgress) => {
      running += 1;
      cloud.mostAtOnce = Math.max(cloud.mostAtOnce, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      cloud.onUpdate();
      if (cloud.failing.has(geography)) {
        throw new Error('Pulumi could not update the stack: quota');
      }
      onProgress('create azure-native:storage:StorageAccount');
      cloud.updated.push(geography);
    },
    readStack: async (geography) => factsOf(geography, cloud.hosting),
    token: async () => 'unused',
  };
  return cloud;
}
