// What Azure makes of a resource: its id, and sets of identities as Azure writes them.
import { armNameOf, armTypeOf } from './arm-types.js';

/** The provider takes a list of ids; Azure, and a reader who knows Azure, an object with the ids as names. */
export function withIdentitySet(inputs: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { userAssignedIdentities: ids, ...identity } = (inputs['identity'] ?? {}) as Readonly<Record<string, unknown>>;
  if (!Array.isArray(ids)) {
    return inputs;
  }
  const userAssignedIdentities = Object.fromEntries(ids.map((id) => [String(id), {}]));
  return { ...inputs, identity: { ...identity, userAssignedIdentities } };
}

/** @param token as `azure-native:storage:StorageAccount` */
export function azureIdOf(subscriptionId: string, token: string, inputs: Readonly<Record<string, unknown>>): string {
  const armType = armTypeOf(token, inputs);
  const names = armNameOf(armType, inputs);
  const subscription = `/subscriptions/${subscriptionId}`;
  if (token === 'azure-native:resources:ResourceGroup') {
    return `${subscription}/resourceGroups/${names[0]}`;
  }
  const [namespace = '', ...types] = armType.type.split('/');
  const path = types.map((type, n) => `${type}/${names[n]}`).join('/');
  const owner = armType.extension && String(inputs[armType.extension]);
  return `${owner ?? `${subscription}/resourceGroups/${String(inputs['resourceGroupName'])}`}/providers/${namespace}/${path}`;
}
