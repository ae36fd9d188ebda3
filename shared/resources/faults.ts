// Errors about the names and records of resources, with the codes of Azure Resource Manager where it has one.
import { catalogue } from '../http/index.js';

export const resourceFaults = catalogue({
  invalidName: {
    status: 400,
    code: 'InvalidResourceName',
    message: 'A part of the resource id has a form that it cannot have.',
  },
  changedMeanwhile: {
    status: 409,
    code: 'ConflictingOperation',
    message: 'Somebody else changed the resource at the same moment. Read it again, then repeat the change.',
  },
  noDomain: {
    status: 501,
    code: 'NotConfigured',
    message: 'No domain for hosts of new resources is configured. Whoever runs this service sets DOMICILE_DOMAIN.',
  },
});
