// Runs the program against Pulumi's mocks, with no cloud and no CLI, and writes down what it would make.
import { runtime } from '@pulumi/pulumi';
import { prepareStack } from '../stack/run-stack.js';
import { readConfiguration, type StackConfiguration } from '../stack/stack-configuration.js';
import { armNameOf, armTypeOf } from './arm-types.js';
import { azureIdOf } from './azure-view.js';
import { withLateOutputs } from './late-outputs.js';
import { byTypeAndName, recordRegistration, type Registration } from './record-registration.js';
import type { RecordedResource } from './recorded-resource.js';

export interface RecordedStack {
  readonly resources: readonly RecordedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Functions of the provider that the program called, such as one that lists keys; it calls none. */
  readonly calls: readonly string[];
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
  const recording = previous.then(() => recordProgram(stackName, readConfiguration(configuration, {})));
  previous = recording.catch(() => undefined);
  return recording;
}

/** Pulumi's runtime knows one program a process, so stacks are recorded one after the other. */
let previous: Promise<unknown> = Promise.resolve();

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
      newResource: ({ type, name }) => {
        const inputs = resources.find((each) => each.type === type && each.name === name)?.inputs;
        if (inputs === undefined) {
          return { id: name, state: {} };
        }
        const armName = armNameOf(armTypeOf(type, inputs), inputs);
        return {
          id: azureIdOf(String(subscriptionId), type, inputs),
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
    if (request.getCustom()) {
      resources.push(recordRegistration(request));
    }
    return register(request, ...rest);
  };
  const outputs = await runtime.runInPulumiStack(async () => makeResources());
  await runtime.disconnect();
  return { resources: resources.sort(byTypeAndName), outputs: outputs as Record<string, unknown>, calls };
}
