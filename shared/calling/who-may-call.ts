// Who may be called, and in whose name.
import type { Resource } from '../geography/index.js';
import { Fault } from '../http/index.js';
import type { CallingParts } from './calling-parts.js';
import { callFaults } from './faults.js';
import { numberOf, personOf } from './raw-id.js';

export interface Called {
  readonly targets: readonly string[];
  /** E.164. */
  readonly callerNumber?: string | undefined;
}

/** @throws {Fault} 403 for an identity of another resource; 400 where no number of the resource calls another number */
export async function requireCallable(
  { isOurs, numbers }: Pick<CallingParts, 'isOurs' | 'numbers'>,
  resource: Resource,
  { targets, callerNumber }: Called,
): Promise<void> {
  for (const target of targets) {
    await requireOurs({ isOurs }, resource, target);
  }
  if (targets.some((target) => numberOf(target) !== undefined)) {
    const owned = callerNumber === undefined ? undefined : await numbers.find(resource.immutableId, callerNumber);
    if (owned === undefined || !owned.capabilities.calling.includes('outbound')) {
      throw new Fault(callFaults.sourceNumber);
    }
  }
}

/** Teams users and applications are nobody whom a resource has made. */
export async function requireOurs(
  { isOurs }: Pick<CallingParts, 'isOurs'>,
  resource: Resource,
  rawId: string | undefined,
): Promise<void> {
  if (rawId !== undefined && personOf(rawId)?.kind === 'identity' && !(await isOurs(resource, rawId))) {
    throw new Fault(callFaults.foreignIdentity);
  }
}

/** @throws {Fault} 501 when calls are carried by nobody */
export function requireMediaPlane({ hasMediaPlane }: Pick<CallingParts, 'hasMediaPlane'>): void {
  if (!hasMediaPlane) {
    throw new Fault(callFaults.noMediaPlane);
  }
}
