// The resource group of a geography; deleting it would delete everything, so it is protected.
import { ResourceGroup } from '@pulumi/azure-native/resources/resourceGroup.js';
import type { StackPlan } from '../plan/stack-plan.js';
import type { StackContext } from './stack-context.js';

export function makeContext(plan: StackPlan): StackContext {
  const { region: location, names, tags, groupTags, options } = plan;
  const group = new ResourceGroup(
    'group',
    { resourceGroupName: names.resourceGroup, location, tags: { ...groupTags } },
    { protect: options.protect },
  );
  return { plan, group, placed: { resourceGroupName: group.name, location, tags: { ...tags } } };
}
