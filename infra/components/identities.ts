// Identities of their own, apart from what bears them: so roles exist before the app starts for the first time, and
// survive when the app is made anew.
import { UserAssignedIdentity } from '@pulumi/azure-native/managedidentity/userAssignedIdentity.js';
import type { Principal } from '../plan/roles.js';
import type { StackContext } from './stack-context.js';

export type Identities = Readonly<Record<Exclude<Principal, 'publisher'>, UserAssignedIdentity>> & {
  /** Where the platform writes the package, which is on Flex Consumption only. */
  readonly publisher?: UserAssignedIdentity;
};

export function makeIdentities({ plan, placed }: StackContext): Identities {
  const { appIdentity, eventsIdentity, publisherIdentity } = plan.names;
  return {
    app: new UserAssignedIdentity('app-identity', { ...placed, resourceName: appIdentity }),
    events: new UserAssignedIdentity('events-identity', { ...placed, resourceName: eventsIdentity }),
    ...(plan.options.hosting === 'flex' && {
      publisher: new UserAssignedIdentity('publisher-identity', { ...placed, resourceName: publisherIdentity }),
    }),
  };
}
