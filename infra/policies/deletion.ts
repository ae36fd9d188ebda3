// Deleted means gone: nothing keeps a deleted blob, and what the sweep should miss has an end of its own.
import type { StackValidationPolicy } from '@pulumi/policy';
import { containerPlans } from '../plan/containers.js';
import { at, deviations, listAt } from './read-props.js';
import { resourceRule } from './resource-rule.js';

export const nothingDeletedIsKept = resourceRule({
  name: 'nothing-deleted-is-kept',
  why: 'With soft delete, versions or a change feed a deleted blob is only hidden, and no lifecycle rule touches it.',
  checks: {
    'storage:BlobServiceProperties': (props) =>
      deviations(props, {
        'deleteRetentionPolicy.enabled': false,
        'containerDeleteRetentionPolicy.enabled': false,
        isVersioningEnabled: false,
        'changeFeed.enabled': false,
        'restorePolicy.enabled': false,
      }),
    'storage:StorageAccount': (props) =>
      at(props, 'immutableStorageWithVersioning') === undefined
        ? []
        : ['immutableStorageWithVersioning would keep anybody from deleting'],
    'storage:BlobContainer': (props) =>
      at(props, 'immutableStorageWithVersioning') === undefined
        ? []
        : ['immutableStorageWithVersioning would keep anybody from deleting'],
  },
});

const exempt = new Set(containerPlans.filter(({ lifecycle }) => 'noRule' in lifecycle).map(({ name }) => name));

export const lifecycleCoversPersonalData: StackValidationPolicy = {
  name: 'lifecycle-covers-personal-data',
  description:
    'A container with things that expire has a lifecycle rule, so that they go even if the sweep does not run.',
  enforcementLevel: 'mandatory',
  validateStack: ({ resources }, report) => {
    const covered = new Set(
      resources
        .filter(({ type }) => type === 'azure-native:storage:ManagementPolicy')
        .flatMap(({ props }) => listAt(props, 'policy.rules'))
        .filter((rule) => at(rule, 'enabled') === true && deletesEverything(rule))
        .flatMap((rule) => listAt(rule, 'definition.filters.prefixMatch'))
        .map((prefix) => String(prefix).replace(/\/$/, '')),
    );
    for (const { type, props, urn } of resources) {
      if (type !== 'azure-native:storage:BlobContainer') {
        continue;
      }
      const name = String(at(props, 'containerName') ?? at(props, 'name'));
      if (covered.has(name) || exempt.has(name)) {
        continue;
      }
      report(`Container ${name} has no lifecycle rule, and infra/plan/containers.ts has no reason why not.`, urn);
    }
  },
};

function deletesEverything(rule: unknown): boolean {
  return ['baseBlob', 'snapshot', 'version'].every(
    (part) => typeof at(rule, `definition.actions.${part}.delete.daysAfterCreationGreaterThan`) === 'number',
  );
}
