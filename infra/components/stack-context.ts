// What every component gets: the plan, and the resource group that all of it lies in.
import type { ResourceGroup } from '@pulumi/azure-native/resources/resourceGroup.js';
import type { StackPlan } from '../plan/stack-plan.js';

export interface StackContext {
  readonly plan: StackPlan;
  readonly group: ResourceGroup;
  /** What every resource of the group that has a place begins with. */
  readonly placed: {
    readonly resourceGroupName: ResourceGroup['name'];
    readonly location: string;
    readonly tags: Record<string, string>;
  };
}
