// Takes in an identity that was kept elsewhere, with its id, its creation and the generation of its tokens.
import type { Resource } from '../geography/index.js';
import { parseUserRawId } from './raw-id.js';
import type { Identity, IdentityStore } from './store.js';

/** @throws {RangeError} when the id is not one of the resource's */
export async function takeIdentity(
  store: IdentityStore,
  resource: Resource,
  { rawId, ...identity }: Identity & { readonly rawId: string },
): Promise<void> {
  const id = parseUserRawId(rawId);
  if (id?.resourceId !== resource.immutableId) {
    throw new RangeError('The identity is none of this resource.');
  }
  await store.put(id, identity);
}
