// What the app runs as may not change the code that it runs: otherwise whoever breaks in once is in for ever.
import type { StackValidationPolicy } from '@pulumi/policy';
import { deploymentContainer } from '../plan/containers.js';
import { everywhereButInPackages } from '../plan/package-condition.js';
import { at } from './read-props.js';

/** Owner and Contributor of blobs, and the three roles that may do everything. */
const writesBlobs =
  /\/(b7e6dc6d-f1e8-4753-8033-0f276bb0955b|ba92f5b4-2d11-453d-a403-e96b0029c9fe|8e3af657-a8ff-443c-a75c-2fe8c4bcb635|b24988ac-6180-42a0-ab88-20f7382dd24c|18d7d88d-d35e-4fb5-a5c3-7773c20a72d9)$/;
const packages = `/containers/${deploymentContainer}`;

export const appCannotChangeItsCode: StackValidationPolicy = {
  name: 'app-cannot-change-its-code',
  description:
    'Only an identity that may do nothing else writes where packages lie; what the app signs in as reads there and no more.',
  enforcementLevel: 'mandatory',
  validateStack: ({ resources }, report) => {
    const assignments = resources.filter(({ type }) => type.endsWith(':RoleAssignment'));
    const rolesOf = (principal: unknown) => assignments.filter(({ props }) => at(props, 'principalId') === principal);
    for (const { props, urn } of assignments) {
      const scope = String(at(props, 'scope'));
      const isWhole = !scope.includes('/containers/');
      if (!writesBlobs.test(String(at(props, 'roleDefinitionId'))) || !(isWhole || scope.endsWith(packages))) {
        continue;
      }
      if (isWhole && (at(props, 'condition') !== everywhereButInPackages || at(props, 'conditionVersion') !== '2.0')) {
        report(
          'A role that writes blobs of the whole account has not the condition that leaves out the packages.',
          urn,
        );
      }
      if (!isWhole && rolesOf(at(props, 'principalId')).length > 1) {
        report('Who writes packages has another role too.', urn);
      }
    }
    for (const { props, urn } of resources.filter(({ type }) => type === 'azure-native:web:WebApp')) {
      const publisher = at(props, 'functionAppConfig.deployment.storage.authentication.userAssignedIdentityResourceId');
      if (publisher !== undefined && publisher === at(props, 'keyVaultReferenceIdentity')) {
        report('Packages are published by the identity that the app itself signs in as.', urn);
      }
    }
  },
};
