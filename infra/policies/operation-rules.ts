// Somebody is told when a promise breaks, and nobody deletes in passing what there is no copy of.
import type { StackValidationPolicy } from '@pulumi/policy';
import { at, listAt } from './read-props.js';

const groupType = 'azure-native:resources:ResourceGroup';
const alertTypes = ['azure-native:monitor:MetricAlert', 'azure-native:monitor:ScheduledQueryRule'];
const receiverLists = ['emailReceivers', 'webhookReceivers'];

export const alertsAreHeard: StackValidationPolicy = {
  name: 'alerts-are-heard',
  description:
    'An alert that reaches nobody lets a broken promise go on; a stack without receivers says so by a tag of its group.',
  enforcementLevel: 'mandatory',
  validateStack: ({ resources }, report) => {
    const group = resources.find(({ type }) => type === groupType);
    if (at(group?.props, 'tags.alerts') === 'unheard') {
      return;
    }
    for (const { type, props, urn } of resources) {
      if (type === 'azure-native:monitor:ActionGroup') {
        const receivers = receiverLists.flatMap((list) => listAt(props, list));
        if (at(props, 'enabled') !== true || receivers.length === 0) {
          report('The action group is off or has no receiver.', urn);
        }
      }
      if (alertTypes.includes(type)) {
        const told = [...listAt(props, 'actions'), ...listAt(props, 'actions.actionGroups')];
        if (told.length === 0) {
          report('The alert leads to no action group.', urn);
        }
        if (at(props, 'enabled') !== true) {
          report('The alert is off.', urn);
        }
      }
    }
  },
};

/** What holds data or the secrets that open it. */
const lockedTypes = ['azure-native:storage:StorageAccount', 'azure-native:keyvault:Vault'];

export const whatHasNoCopyIsLocked: StackValidationPolicy = {
  name: 'what-has-no-copy-is-locked',
  description:
    'There are no backups: account and vault bear a lock against deletion; a stack without locks says so by a tag of its group.',
  enforcementLevel: 'mandatory',
  validateStack: ({ resources }, report) => {
    const group = resources.find(({ type }) => type === groupType);
    if (at(group?.props, 'tags.deletion') === 'unlocked') {
      return;
    }
    const locked = resources
      .filter(({ type, props }) => type.endsWith(':ManagementLockByScope') && at(props, 'level') === 'CanNotDelete')
      .map(({ props }) => String(at(props, 'scope')));
    for (const { type, props, urn } of resources.filter((each) => lockedTypes.includes(each.type))) {
      const name = String(at(props, 'accountName') ?? at(props, 'vaultName') ?? at(props, 'name'));
      const kind = type.split(':').at(-1) === 'Vault' ? 'vaults' : 'storageAccounts';
      if (!locked.some((scope) => scope.endsWith(`/${kind}/${name}`))) {
        report(`${name} has no lock against deletion.`, urn);
      }
    }
  },
};
