// What Azure tells only when a resource is there. Where it is used, a rendered stack shows `${name.path}`.

const lateOutputs: Readonly<Record<string, readonly string[]>> = {
  'azure-native:eventgrid:Domain': ['endpoint'],
  'azure-native:monitor:DataCollectionEndpoint': ['logsIngestion.endpoint'],
  'azure-native:monitor:DataCollectionRule': ['immutableId'],
  'azure-native:managedidentity:UserAssignedIdentity': ['principalId', 'clientId'],
  'azure-native:applicationinsights:Component': ['connectionString'],
  'azure-native:keyvault:Secret': ['properties.secretUriWithVersion'],
  'azure-native:webpubsub:WebPubSub': ['identity.principalId'],
  'azure-native:containerinstance:ContainerGroup': ['ipAddress.fqdn'],
  'azure-native:web:WebApp': ['customDomainVerificationId'],
  'azure-native:web:Certificate': ['thumbprint'],
  'azure-native:web:SiteCertificate': ['thumbprint'],
  'azure-native:dns:Zone': ['nameServers'],
  'azure-native:cdn:AFDEndpoint': ['hostName'],
  'azure-native:cdn:AFDCustomDomain': ['validationProperties.validationToken'],
};

/** The inputs with the late outputs, each as the text that shows where it comes from. */
export function withLateOutputs(
  type: string,
  name: string,
  inputs: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const state: Record<string, unknown> = { ...inputs };
  for (const path of lateOutputs[type] ?? []) {
    const [first = '', second] = path.split('.');
    const shown = `\${${name}.${path}}`;
    state[first] = second === undefined ? shown : { ...(state[first] as object | undefined), [second]: shown };
  }
  return state;
}

export const lateOutputPattern = /\$\{([a-z0-9-]+)\.([A-Za-z.]+)\}/;
