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
  return plan.roles.map(({ role, roleId, principal, scope: scopeName, assignmentName }) => {
    const scope = scopes[scopeName];
    if (scope === undefined) {
      throw new Error(`The plan gives "${role}" on ${scopeName}, which this stack does not have.`);
    }
    return new RoleAssignment(
      `role-${principal}-${role.toLowerCase().replaceAll(' ', '-')}`,
      {
        roleAssignmentName: assignmentName,
        scope,
        roleDefinitionId: `${definitions}/${roleId}`,
        principalId: identities[principal].principalId,
        // Tells Azure not to look for a person; a new identity may not be in the directory everywhere yet.
        principalType: 'ServicePrincipal',
      },
      // The name stays the same when the identity is made anew.
      { deleteBeforeReplace: true },
    );
  });
}
