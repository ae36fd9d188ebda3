// Ids of Azure Resource Manager. Subscription, group and name are compared without regard to case; what was written first
// is kept for showing.
import { Fault } from '../http/index.js';
import { resourceFaults } from './faults.js';

export const provider = 'Microsoft.Communication';

/** The two kinds of resources that stand in a resource group; everything else belongs to one of them. */
export type ArmType = 'communicationServices' | 'emailServices';

export interface ArmId {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly type: ArmType;
  readonly name: string;
}

/** Which resources a list is about. */
export type ArmScope = Pick<ArmId, 'subscriptionId' | 'type'> & { readonly resourceGroup?: string | undefined };

/** The group that the resources which nobody has created are shown in. */
export const seed = { subscriptionId: '00000000-0000-0000-0000-000000000000', resourceGroup: 'domicile' } as const;

const forms = {
  subscriptionId: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  resourceGroup: /^[-\w.()]{0,89}[-\w()]$/,
  communicationServices: /^[-\w]{1,63}$/,
  emailServices: /^[a-zA-Z0-9-]{1,63}$/,
};

/** @throws {Fault} 400 naming the part that no id can have */
export function checkScope<Scope extends ArmScope>(scope: Scope): Scope {
  check('subscriptionId', forms.subscriptionId, scope.subscriptionId);
  if (scope.resourceGroup !== undefined) {
    check('resourceGroupName', forms.resourceGroup, scope.resourceGroup);
  }
  return scope;
}

/** @throws {Fault} as {@link checkScope} */
export function checkArmId(id: ArmId): ArmId {
  check('name', forms[id.type], id.name);
  return checkScope(id);
}

export function isResourceName(name: string): boolean {
  return forms.communicationServices.test(name);
}

export function armPath({ subscriptionId, resourceGroup, type, name }: ArmId): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/${provider}/${type}/${name}`;
}

export function listPath({ subscriptionId, resourceGroup, type }: ArmScope): string {
  const group = resourceGroup === undefined ? '' : `/resourceGroups/${resourceGroup}`;
  return `/subscriptions/${subscriptionId}${group}/providers/${provider}/${type}`;
}

export function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

export function isSameId(a: ArmId, b: ArmId): boolean {
  return a.type === b.type && isSame(armPath(a), armPath(b));
}

export function isInScope(id: ArmId, scope: ArmScope): boolean {
  return (
    id.type === scope.type &&
    isSame(id.subscriptionId, scope.subscriptionId) &&
    (scope.resourceGroup === undefined || isSame(id.resourceGroup, scope.resourceGroup))
  );
}

function check(target: string, form: RegExp, value: string): void {
  if (!form.test(value)) {
    throw new Fault(resourceFaults.invalidName, { target });
  }
}
