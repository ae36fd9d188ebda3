// Logs end when they should, and stay where they belong.
import type { StackValidationPolicy } from '@pulumi/policy';
import { logRetentionDays } from '../plan/logs.js';
import { at, deviations, listAt } from './read-props.js';
import { resourceRule } from './resource-rule.js';

export const logsEndOnTime = resourceRule({
  name: 'logs-end-on-time',
  why: 'What total retention has more than retention silently becomes an archive, and shortening it later takes a month.',
  checks: {
    'operationalinsights:Workspace': (props) =>
      deviations(props, { retentionInDays: logRetentionDays, 'features.immediatePurgeDataOn30Days': true }),
    'operationalinsights:Table': (props) =>
      typeof at(props, 'retentionInDays') === 'number' &&
      at(props, 'retentionInDays') === at(props, 'totalRetentionInDays')
        ? []
        : ['retentionInDays and totalRetentionInDays must be set, and equal'],
    'applicationinsights:Component': (props) =>
      deviations(props, { disableIpMasking: false, ingestionMode: 'LogAnalytics', retentionInDays: logRetentionDays }),
  },
});

export const rowsAreAsDeclared = resourceRule({
  name: 'rows-are-as-declared',
  why: 'Only columns that a table declares may reach it, from a stream of its own, and each table is called as ours are.',
  checks: {
    'monitor:DataCollectionRule': (props) => {
      const streams = Object.keys((at(props, 'streamDeclarations') ?? {}) as object);
      const flows = listAt(props, 'dataFlows');
      return [
        ...flows.flatMap((flow) => {
          const [stream, ...others] = listAt(flow, 'streams').map(String);
          const isOwn = stream !== undefined && streams.includes(stream) && at(flow, 'outputStream') === `${stream}_CL`;
          return others.length === 0 && isOwn ? [] : ['A flow has another stream than that of its table'];
        }),
        ...(flows.length === streams.length && flows.length > 0 ? [] : ['Each stream must have one flow']),
        ...(at(props, 'dataSources') === undefined ? [] : ['dataSources would collect what the app does not send']),
      ];
    },
  },
});

/** Properties by which a log leaves for a place that is not the workspace. */
const elsewhere = ['storageAccountId', 'eventHubAuthorizationRuleId', 'marketplacePartnerId', 'serviceBusRuleId'];

export const logsStayInGeography: StackValidationPolicy = {
  name: 'logs-stay-in-geography',
  description: "Diagnostics go to the workspace of the stack's own geography, and nowhere else.",
  enforcementLevel: 'mandatory',
  validateStack: ({ resources }, report) => {
    const workspaces = resources
      .filter(({ type }) => type === 'azure-native:operationalinsights:Workspace')
      .map(({ props }) => String(at(props, 'workspaceName') ?? at(props, 'name')));
    const isOwn = (id: unknown) => workspaces.some((name) => String(id).endsWith(`/workspaces/${name}`));
    for (const { type, props, urn } of resources) {
      if (type === 'azure-native:monitor:DiagnosticSetting') {
        if (!isOwn(at(props, 'workspaceId'))) {
          report('workspaceId is not the workspace of this stack.', urn);
        }
        for (const path of elsewhere.filter((each) => at(props, each) !== undefined)) {
          report(`${path} sends logs to another place.`, urn);
        }
      }
      if (type === 'azure-native:monitor:DataCollectionRule') {
        const destinations = Object.entries((at(props, 'destinations') ?? {}) as Readonly<Record<string, unknown>>);
        for (const [kind, list] of destinations) {
          if (kind !== 'logAnalytics' && list !== undefined) {
            report(`destinations.${kind} sends rows to another place.`, urn);
          }
        }
        const own = listAt(props, 'destinations.logAnalytics');
        if (own.length === 0 || !own.every((each) => isOwn(at(each, 'workspaceResourceId')))) {
          report('A destination is not the workspace of this stack.', urn);
        }
      }
      if (type === 'azure-native:applicationinsights:Component' && !isOwn(at(props, 'workspaceResourceId'))) {
        report('workspaceResourceId is not the workspace of this stack.', urn);
      }
    }
  },
};
