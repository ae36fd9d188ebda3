// Runs the program against Pulumi's mocks, with no cloud and no CLI, and writes down what it would make.
import { runtime } from '@pulumi/pulumi';
import { prepareStack } from '../stack/run-stack.js';
import { readConfiguration, type StackConfiguration } from '../stack/stack-configuration.js';
import { armNameOf, armTypeOf } from './arm-types.js';
import { withLateOutputs } from './late-outputs.js';
import { maskSecrets } from './mask-secrets.js';
import type { RecordedResource } from './recorded-resource.js';

export interface RecordedStack {
  readonly resources: readonly RecordedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Functions of the provider that the program called, such as one that lists keys; it calls none. */
  readonly calls: readonly string[];
}

interface Registration {
  getType(): string;
  getName(): string;
  getCustom(): boolean;
  getProtect(): boolean;
  getDependenciesList(): string[];
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
}

interface Monitor {
  registerResource(request: Registration, ...rest: unknown[]): unknown;
}

/**
 * @param configuration by full keys, such as `domicile:geography`
 * @throws {Error} what the program throws for a configuration that it refuses
 */
export function recordStack(
  stackName: string,
  configuration: Readonly<Record<string, string>>,
): Promise<RecordedStack> {
  return recordProgram(stackName, readConfiguration(configuration, {}));
}

async function recordProgram(stackName: string, configuration: StackConfiguration): Promise<RecordedStack> {
  const makeResources = prepareStack(configuration);
  const resources: RecordedResource[] = [];
  const calls: string[] = [];
  const { subscriptionId } = configuration.options;
  await runtime.setMocks(
    {
      call: ({ token }) => {
        calls.push(token);
        return {};
      },
      newResource: ({ type, name, inputs }) => {
        if (!type.startsWith('azure-native:')) return { id: name, state: inputs };
        const armName = armNameOf(armTypeOf(type, inputs), inputs);
        return {
          id: idOf(String(subscriptionId), type, inputs),
          state: { ...withLateOutputs(type, name, inputs), name: armName.at(-1) ?? name },
        };
      },
    },
    'domicile',
    stackName,
    false,
  );
  const monitor = runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, ...rest) => {
    if (request.getCustom()) resources.push(recorded(request));
    return register(request, ...rest);
  };
  const outputs = await runtime.runInPulumiStack(async () => makeResources());
  await runtime.disconnect();
  return { resources: resources.sort(byTypeAndName), outputs: outputs as Record<string, unknown>, calls };
}

function recorded(request: Registration): RecordedResource {
  const inputs = maskSecrets(request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>;
  return {
    type: request.getType(),
    name: request.getName(),
    inputs: withIdentitySet(inputs),
    dependsOn: request
      .getDependenciesList()
      .map((urn) => urn.split('::').slice(-2).join('::'))
      .map((typeAndName) => typeAndName.split('$').at(-1) ?? typeAndName)
      .filter((typeAndName) => !typeAndName.startsWith('pulumi:'))
      .toSorted(),
    protect: request.getProtect(),
  };
}

/** The provider takes a list of ids; Azure, and a reader who knows Azure, an object with the ids as names. */
function withIdentitySet(inputs: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { userAssignedIdentities: ids, ...identity } = (inputs['identity'] ?? {}) as Readonly<Record<string, unknown>>;
  if (!Array.isArray(ids)) return inputs;
  const userAssignedIdentities = Object.fromEntries(ids.map((id) => [String(id), {}]));
  return { ...inputs, identity: { ...identity, userAssignedIdentities } };
}

function idOf(subscriptionId: string, token: string, inputs: Readonly<Record<string, unknown>>): string {
  const armType = armTypeOf(token, inputs);
  const names = armNameOf(armType, inputs);
  const subscription = `/subscriptions/${subscriptionId}`;
  if (token === 'azure-native:resources:ResourceGroup') return `${subscription}/resourceGroups/${names[0]}`;
  const [namespace = '', ...types] = armType.type.split('/');
  const path = types.map((type, n) => `${type}/${names[n]}`).join('/');
  const owner = armType.extension && String(inputs[armType.extension]);
  return `${owner ?? `${subscription}/resourceGroups/${String(inputs['resourceGroupName'])}`}/providers/${namespace}/${path}`;
}

function byTypeAndName(one: RecordedResource, other: RecordedResource): number {
  return `${one.type}::${one.name}` < `${other.type}::${other.name}` ? -1 : 1;
}
