// From the configuration of a stack to its resources. Everything is decided, and refused, before the first of them.
import { type GlobalOutputs, makeGlobalStack } from '../components/global-stack.js';
import { makeGeographyStack, type StackOutputs } from '../components/geography-stack.js';
import { planGlobal } from '../plan/global-plan.js';
import { readOptions } from '../plan/options.js';
import { planStack } from '../plan/stack-plan.js';
import type { StackConfiguration } from './stack-configuration.js';
import { howToMakeGateway, howToMakeHopKey, howToMakeTexts } from './stack-secrets.js';

/**
 * @returns what makes the resources
 * @throws {Error} one line for each thing that is wrong with the configuration
 */
export function prepareStack(configuration: StackConfiguration): () => StackOutputs | GlobalOutputs {
  if (configuration.isGlobal) {
    const plan = planGlobal(configuration.options);
    return () => makeGlobalStack(plan);
  }
  const options = readOptions(configuration.options);
  const { values, gateway, ...facts } = configuration.secrets();
  if (!facts.hasHopKey && (options.settings['DOMICILE_PEERS'] ?? '{}') !== '{}') {
    throw new Error(
      `Nothing was changed. Geographies are named in DOMICILE_PEERS, but a key is missing: ${howToMakeHopKey}`,
    );
  }
  if (options.gateway !== undefined && gateway === undefined) {
    throw new Error(`Nothing was changed. The gateway needs a secret, and key and certificates: ${howToMakeGateway}`);
  }
  if (options.smpp !== undefined && gateway?.smpp === undefined) {
    throw new Error(`Nothing was changed. Text messages need a secret, and the password: ${howToMakeTexts}`);
  }
  const plan = planStack(options, facts);
  return () => makeGeographyStack(plan, values, gateway);
}
