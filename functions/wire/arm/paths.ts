// Paths of Azure Resource Manager that several kinds of resources share.
import { Fault } from '../../../shared/http/index.js';
import { managementFaults } from '../../../shared/management/index.js';

export const inSubscription = 'subscriptions/{subscriptionId}/providers/Microsoft.Communication';
export const inGroup =
  'subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Communication';
/** Deleting what is not there is done already. */
export function ifNotFound(error: unknown): undefined {
  if (error instanceof Fault && error.entry === managementFaults.notFound) {
    return undefined;
  }
  throw error;
}
