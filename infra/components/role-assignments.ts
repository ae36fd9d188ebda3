// Gives the identities the roles of the plan.
import { RoleAssignment } from '@pulumi/azure-native/authorization/roleAssignment.js';
import type { Output } from '@pulumi/pulumi';
import type { RoleScope } from '../plan/roles.js';
import type { Identities } from './identities.js';
import type { StackContext } from './stack-context.js';

export type RoleScopes = Readonly<Partial<Record<RoleScope, Output<string>>>>;

/** @throws {Error} when the plan gives a role on something that is not there */
export function makeRoleAssignments(
  { plan }: StackContext,
  identities: Identities,
  scopes: RoleScopes,
): readonly RoleAssignment[] {
  const definitions = `/subscriptions/${plan.options.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions`;
  return plan.roles.map(({ role, roleId, principal, scope: scopeName, condition, assignmentName, suffix }) => {
    const scope = scopes[scopeName];
    const identity = identities[principal];
    if (scope === undefined || identity === undefined) {
      throw new Error(`The plan gives ${principal} "${role}" on ${scopeName}, and this stack does not have both.`);
    }
    return new RoleAssignment(
      [`role-${principal}-${role.toLowerCase().replaceAll(' ', '-')}`, ...(suffix === undefined ? [] : [suffix])].join(
        '-',
      ),
      {
        roleAssignmentName: assignmentName,
        scope,
        roleDefinitionId: `${definitions}/${roleId}`,
        principalId: identity.principalId,
        // Tells Azure not to look for a person; a new identity may not be in the directory everywhere yet.
        principalType: 'ServicePrincipal',
        ...(condition !== undefined && { condition, conditionVersion: '2.0' }),
      },
      // The name stays the same when the identity is made anew.
      { deleteBeforeReplace: true },
    );
  });
}
