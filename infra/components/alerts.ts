// The alerts of the plan, and whom they are sent to.
import type { Component } from '@pulumi/azure-native/applicationinsights/component.js';
import { WebTest } from '@pulumi/azure-native/applicationinsights/webTest.js';
import { ActionGroup } from '@pulumi/azure-native/monitor/actionGroup.js';
import { MetricAlert } from '@pulumi/azure-native/monitor/metricAlert.js';
import { ScheduledQueryRule } from '@pulumi/azure-native/monitor/scheduledQueryRule.js';
import type { StorageAccount } from '@pulumi/azure-native/storage/storageAccount.js';
import type { WebApp } from '@pulumi/azure-native/web/webApp.js';
import { interpolate, type Output, secret } from '@pulumi/pulumi';
import type { AlertPlan } from '../plan/alerts.js';
import type { Logs } from './logs.js';
import type { StackContext } from './stack-context.js';

export interface AlertParts extends Logs {
  readonly app: WebApp;
  readonly account: StorageAccount;
}

type Kind<Name extends AlertPlan['kind']> = Extract<AlertPlan, { readonly kind: Name }>;

export function makeAlerts(context: StackContext, parts: AlertParts): void {
  const receivers = makeActionGroup(context);
  for (const alert of context.plan.alerts) {
    if (alert.kind === 'metric') {
      makeMetricAlert(context, alert, parts, receivers);
    } else if (alert.kind === 'query') {
      makeQueryAlert(context, alert, parts, receivers);
    } else {
      makeProbe(context, alert, parts.appInsights, receivers);
    }
  }
}

function makeActionGroup({ plan, group }: StackContext): Output<string>[] {
  const { alertEmails, alertWebhooks, unheardAlerts } = plan.options;
  if (unheardAlerts) {
    return [];
  }
  const actionGroup = new ActionGroup('alert-receivers', {
    resourceGroupName: group.name,
    location: 'global',
    tags: { ...plan.tags },
    actionGroupName: `${plan.names.resourceGroup}-operators`,
    groupShortName: 'domicile',
    enabled: true,
    emailReceivers: alertEmails.map((emailAddress, n) => ({
      name: `operator-${n + 1}`,
      emailAddress,
      useCommonAlertSchema: true,
    })),
    webhookReceivers: alertWebhooks.map((serviceUri, n) => ({
      name: `hook-${n + 1}`,
      serviceUri: secret(serviceUri),
      useCommonAlertSchema: true,
    })),
  });
  return [actionGroup.id];
}

/** The service of metrics is global; a rule holds names and figures. */
function metricRule({ plan, group }: StackContext, { name, description, severity }: AlertPlan) {
  return {
    resourceGroupName: group.name,
    location: 'global',
    tags: { ...plan.tags },
    ruleName: `${plan.names.resourceGroup}-${name}`,
    description,
    severity,
    enabled: true,
    autoMitigate: true,
  };
}

function makeMetricAlert(
  context: StackContext,
  alert: Kind<'metric'>,
  { app, account }: AlertParts,
  receivers: readonly Output<string>[],
): void {
  new MetricAlert(`alert-${alert.name}`, {
    ...metricRule(context, alert),
    scopes: [alert.of === 'functionApp' ? app.id : interpolate`${account.id}/queueServices/default`],
    evaluationFrequency: alert.every,
    windowSize: alert.window,
    criteria: {
      odataType: 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria',
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion',
          name: alert.name,
          metricNamespace: alert.namespace,
          metricName: alert.metric,
          operator: alert.operator,
          threshold: alert.threshold,
          timeAggregation: alert.aggregation,
        },
      ],
    },
    actions: receivers.map((actionGroupId) => ({ actionGroupId })),
  });
}

function makeQueryAlert(
  { plan, placed }: StackContext,
  alert: Kind<'query'>,
  { workspace }: AlertParts,
  receivers: readonly Output<string>[],
): void {
  new ScheduledQueryRule(`alert-${alert.name}`, {
    ...placed,
    ruleName: `${plan.names.resourceGroup}-${alert.name}`,
    displayName: `${plan.names.resourceGroup}-${alert.name}`,
    description: alert.description,
    severity: alert.severity,
    enabled: true,
    autoMitigate: true,
    kind: 'LogAlert',
    scopes: [workspace.id],
    evaluationFrequency: alert.every,
    windowSize: alert.window,
    criteria: {
      allOf: [{ query: alert.query, timeAggregation: 'Count', operator: 'GreaterThan', threshold: 0 }],
    },
    actions: { actionGroups: [...receivers] },
    // The tables are there only after the first report.
    skipQueryValidation: true,
  });
}

function makeProbe(
  context: StackContext,
  alert: Kind<'probe'>,
  appInsights: Component,
  receivers: readonly Output<string>[],
): void {
  const { plan, placed } = context;
  const webTestName = `${plan.names.resourceGroup}-${alert.name}`;
  const test = new WebTest(`probe-${alert.name}`, {
    ...placed,
    // Azure finds the component by this tag.
    tags: appInsights.id.apply((id) => ({ ...plan.tags, [`hidden-link:${id}`]: 'Resource' })),
    webTestName,
    syntheticMonitorId: webTestName,
    kind: 'standard',
    webTestKind: 'standard',
    description: alert.description,
    enabled: true,
    frequency: alert.everySeconds,
    timeout: 30,
    retryEnabled: true,
    locations: alert.probeLocations.map((location) => ({ location })),
    request: { requestUrl: `https://${plan.defaultHost}${alert.path}`, httpVerb: 'GET', parseDependentRequests: false },
    validationRules: { expectedHttpStatusCode: 200, sSLCheck: true },
  });
  new MetricAlert(`alert-${alert.name}`, {
    ...metricRule(context, alert),
    scopes: [test.id, appInsights.id],
    evaluationFrequency: 'PT5M',
    windowSize: 'PT15M',
    criteria: {
      odataType: 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria',
      componentId: appInsights.id,
      webTestId: test.id,
      failedLocationCount: alert.failedLocations,
    },
    actions: receivers.map((actionGroupId) => ({ actionGroupId })),
  });
}
