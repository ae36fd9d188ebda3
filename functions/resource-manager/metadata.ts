// The document by which tools learn where to sign in and where Resource Manager is. They read it without credentials.
import { operation } from '../../shared/api/index.js';
import { anybody } from '../../shared/auth/index.js';
import { CloudMetadata } from './answers.js';
import { cloudMetadata, type Cloud } from './cloud-metadata.js';

export function metadataOperations(cloud: Omit<Cloud, 'origin'>) {
  return [
    operation({
      name: 'resource-manager-get-metadata',
      summary: 'Says where to sign in and where resources are managed, in the form of the version that is asked for.',
      service: 'cloudMetadata',
      route: 'GET metadata/endpoints',
      auth: anybody,
      returns: CloudMetadata,
      ok: async ({ request: { origin, apiVersion } }) => cloudMetadata(apiVersion, { ...cloud, origin }),
    }),
  ];
}
