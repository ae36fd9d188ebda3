// What Azure Resource Manager refuses by the look of a resource alone. Names:
// https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
import { armNameOf, armTypeOf } from '../../render/arm-types.js';
import { ArmError } from './arm-error.js';

type Inputs = Readonly<Record<string, unknown>>;

const containerName = /^(?!.*--)[a-z\d][a-z\d-]{1,61}[a-z\d]$/;
const guid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

const names: Readonly<Record<string, RegExp>> = {
  'Microsoft.Resources/resourceGroups': /^[-\w.()]{0,89}[-\w()]$/,
  'Microsoft.Storage/storageAccounts': /^[a-z\d]{3,24}$/,
  'Microsoft.Storage/storageAccounts/blobServices/containers': containerName,
  'Microsoft.Storage/storageAccounts/queueServices/queues': containerName,
  'Microsoft.Storage/storageAccounts/tableServices/tables': /^[A-Za-z][A-Za-z\d]{2,62}$/,
  'Microsoft.KeyVault/vaults': /^(?!.*--)[A-Za-z][A-Za-z\d-]{1,22}[A-Za-z\d]$/,
  'Microsoft.KeyVault/vaults/secrets': /^[A-Za-z\d-]{1,127}$/,
  'Microsoft.ManagedIdentity/userAssignedIdentities': /^[A-Za-z\d][\w-]{2,127}$/,
  'Microsoft.EventGrid/topics': /^[A-Za-z\d-]{3,50}$/,
  'Microsoft.EventGrid/topics/eventSubscriptions': /^[A-Za-z\d-]{3,64}$/,
  'Microsoft.OperationalInsights/workspaces': /^[A-Za-z\d][A-Za-z\d-]{2,61}[A-Za-z\d]$/,
  'Microsoft.OperationalInsights/workspaces/tables': /^[A-Za-z][A-Za-z\d]{0,60}(_CL)?$/,
  'Microsoft.OperationalInsights/workspaces/savedSearches': /^[A-Za-z\d]{1,63}$/,
  'Microsoft.Insights/dataCollectionEndpoints': /^[A-Za-z\d][A-Za-z\d-]{1,42}[A-Za-z\d]$/,
  'Microsoft.Insights/dataCollectionRules': /^[A-Za-z\d][\w.-]{0,63}$/,
  'Microsoft.Insights/components': /^[^%&\\?/]{0,259}[^%&\\?/ .]$/,
  'Microsoft.Insights/actionGroups': /^[^:<>+/&%\\?|]{1,260}$/,
  'Microsoft.Insights/metricAlerts': /^[^*#&+:<>?@%{}\\/]{1,260}$/,
  'Microsoft.Web/serverfarms': /^[A-Za-z\d-]{1,60}$/,
  'Microsoft.Web/sites': /^[A-Za-z\d][A-Za-z\d-]{0,58}[A-Za-z\d]$/,
  'Microsoft.SignalRService/webPubSub': /^[A-Za-z][A-Za-z\d-]{1,61}[A-Za-z\d]$/,
  'Microsoft.Network/virtualNetworks': /^[A-Za-z\d][\w.-]{0,62}\w$/,
  'Microsoft.Network/networkSecurityGroups': /^[A-Za-z\d][\w.-]{0,78}\w$/,
  'Microsoft.Network/privateEndpoints': /^[A-Za-z\d][\w.-]{0,62}\w$/,
  'Microsoft.Authorization/roleAssignments': guid,
  'Microsoft.Authorization/locks': /^[^<>%&:\\?/]{1,90}$/,
};

/** Input, and the values that its type has; https://learn.microsoft.com/azure/templates/ */
const closedLists: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'Microsoft.Storage/storageAccounts': {
    kind: ['Storage', 'StorageV2', 'BlobStorage', 'FileStorage', 'BlockBlobStorage'],
    minimumTlsVersion: ['TLS1_0', 'TLS1_1', 'TLS1_2', 'TLS1_3'],
    publicNetworkAccess: ['Enabled', 'Disabled', 'SecuredByPerimeter'],
  },
  'Microsoft.Authorization/locks': { level: ['NotSpecified', 'CanNotDelete', 'ReadOnly'] },
};

/** Types that live in a region, beside those that have a place by what they belong to. */
const isPlaced =
  /^Microsoft\.(Storage\/storageAccounts|KeyVault\/vaults|ManagedIdentity\/userAssignedIdentities|EventGrid\/topics|OperationalInsights\/workspaces|Insights\/(components|dataCollectionEndpoints|dataCollectionRules)|Web\/(serverfarms|sites)|SignalRService\/webPubSub|Network\/(virtualNetworks|networkSecurityGroups|privateEndpoints)|Resources\/resourceGroups)$/;

/** @throws {ArmError} the first thing that Azure would refuse */
export function refuseByLook(token: string, inputs: Inputs): void {
  const armType = armTypeOf(token, inputs);
  const name = armNameOf(armType, inputs).at(-1) ?? '';
  const pattern = names[armType.type];
  if (pattern !== undefined && !pattern.test(name)) {
    throw new ArmError(400, 'InvalidResourceName', `${name} is no name of a ${armType.type}.`);
  }
  if (isPlaced.test(armType.type) && typeof inputs['location'] !== 'string') {
    throw new ArmError(400, 'LocationRequired', `The location property is required for ${name}.`);
  }
  for (const [input, values] of Object.entries(closedLists[armType.type] ?? {})) {
    const given = inputs[input];
    if (given !== undefined && !values.includes(String(given))) {
      throw new ArmError(400, 'InvalidRequestContent', `${String(given)} is no value of ${input}.`);
    }
  }
}
