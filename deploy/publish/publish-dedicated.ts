// Publishes to an app on a Dedicated plan, which runs the package from a blob: the blob is written with the login's own
// rights, then the app is started again and its triggers are read anew.
// https://learn.microsoft.com/azure/azure-functions/run-functions-from-deployment-package
import type { StackFacts } from '../cloud.js';
import { call, type Caller, refuse } from './call.js';

/** The app's setting WEBSITE_RUN_FROM_PACKAGE ends in it. */
const blobName = 'package.zip';
const managementHost = 'management.azure.com';

export async function putPackage(caller: Caller, facts: StackFacts, zip: Uint8Array<ArrayBuffer>): Promise<void> {
  const put = await call(caller, {
    method: 'PUT',
    host: `${facts.storageAccount}.blob.core.windows.net`,
    path: `/${facts.deploymentContainer}/${blobName}`,
    audience: 'https://storage.azure.com',
    headers: { 'content-type': 'application/zip', 'x-ms-blob-type': 'BlockBlob', 'x-ms-version': '2023-11-03' },
    body: zip,
    // A role given a minute ago is known everywhere in a few minutes.
    isTransient: (status) => status === 403,
  });
  if (put.status !== 201) {
    refuse('Writing the package', put, 'Storage Blob Data Contributor');
  }
  for (const action of ['restart', 'syncfunctiontriggers']) {
    const answer = await call(caller, {
      method: 'POST',
      host: managementHost,
      path: `/subscriptions/${facts.subscriptionId}/resourceGroups/${facts.resourceGroup}/providers/Microsoft.Web/sites/${facts.functionApp}/${action}?api-version=2024-04-01`,
      audience: 'https://management.azure.com',
    });
    if (answer.status >= 300) {
      refuse(`"${action}" of the app`, answer, 'Website Contributor');
    }
  }
}
