// The geography's own wildcard name: its certificate comes from a vault that somebody else fills, and is renewed there.
import { Certificate } from '@pulumi/azure-native/web/certificate.js';
import { SiteCertificate } from '@pulumi/azure-native/web/siteCertificate.js';
import { WebAppHostNameBinding } from '@pulumi/azure-native/web/webAppHostNameBinding.js';
import type { FunctionApp } from './function-app.js';
import type { StackContext } from './stack-context.js';

export function makeOwnDomain({ plan, placed, group }: StackContext, { app, hostingPlan }: FunctionApp): void {
  const { domain, geography, hosting } = plan.options;
  if (domain === undefined) {
    return;
  }
  const hostName = `*.${geography}.${domain.name}`;
  const source = {
    ...placed,
    serverFarmId: hostingPlan.id,
    keyVaultId: domain.certificateVaultId,
    keyVaultSecretName: domain.certificateName,
  };
  // On Flex Consumption a certificate belongs to the app, elsewhere to the plan.
  const certificate =
    hosting === 'flex'
      ? new SiteCertificate('certificate', { ...source, name: app.name, certificateName: 'wildcard' })
      : new Certificate('certificate', { ...source, name: `${plan.names.functionApp}-wildcard` });
  new WebAppHostNameBinding('host-name', {
    resourceGroupName: group.name,
    name: app.name,
    siteName: plan.names.functionApp,
    hostName,
    hostNameType: 'Managed',
    customHostNameDnsRecordType: 'CName',
    sslState: 'SniEnabled',
    thumbprint: certificate.thumbprint,
  });
}
