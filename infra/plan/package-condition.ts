// The condition on the app's role for blobs: it may write everywhere in the account, but not where its own code lies.
// https://learn.microsoft.com/azure/storage/blobs/storage-auth-abac-examples
import { deploymentContainer } from './containers.js';

const blobs = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';

/** Every data action of the role that changes a blob. */
export const writingActions: readonly string[] = [
  `${blobs}/write`,
  `${blobs}/add/action`,
  `${blobs}/move/action`,
  `${blobs}/delete`,
  `${blobs}/deleteBlobVersion/action`,
  `${blobs}/permanentDelete/action`,
];

const isNoWriting = writingActions.map((action) => `!(ActionMatches{'${action}'})`).join(' AND ');

export const everywhereButInPackages = `((${isNoWriting}) OR (@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringNotEquals '${deploymentContainer}'))`;
