// Errors of management, with the codes of Azure Resource Manager where it has one.
import { catalogue } from '../http/index.js';

export const managementFaults = catalogue({
  unknownDataLocation: {
    status: 400,
    code: 'InvalidDataLocation',
    message: 'No geography with this dataLocation is run here. Take one of the data locations that are.',
  },
  notFound: {
    status: 404,
    code: 'ResourceNotFound',
    message: 'There is no such resource in this subscription and resource group.',
  },
  noGroup: { status: 404, code: 'ResourceGroupNotFound', message: 'There is no such resource group.' },
  noProvider: {
    status: 404,
    code: 'InvalidResourceNamespace',
    message: 'There is no provider of this name here; Microsoft.Communication and Microsoft.Resources are.',
  },
  noParent: {
    status: 404,
    code: 'ParentResourceNotFound',
    message: 'The resource that this one would belong to does not exist. Create it first.',
  },
  notThere: { status: 404, code: 'NotFound', message: 'There is no such operation, or its record is gone already.' },
  nameTaken: {
    status: 409,
    code: 'NameNotAvailable',
    message: 'Another resource of this geography has this name already; hosts are named after resources.',
  },
  idTaken: {
    status: 409,
    code: 'ImmutableIdNotAvailable',
    message: 'A resource has this immutable id already, or had it and is not erased to the end yet.',
  },
  locationNotAvailable: {
    status: 400,
    code: 'LocationNotAvailableForResourceGroup',
    message: 'A resource group has the location of a region, such as westeurope.',
  },
  groupLocationIsForEver: {
    status: 409,
    code: 'InvalidResourceGroupLocation',
    message: 'The resource group is there already, in another location. A location cannot be changed.',
  },
  groupNotEmpty: {
    status: 409,
    code: 'ResourceGroupNotEmpty',
    message:
      'Resources stand in this group. Delete each by its name first: with a resource everything in it is erased for good.',
  },
  dataLocationIsForEver: {
    status: 409,
    code: 'PropertyChangeNotAllowed',
    message:
      'A resource with this id lies in another data location. A dataLocation cannot be changed; create another one.',
  },
  beingCreated: {
    status: 409,
    code: 'ConflictingOperation',
    message: 'A resource with this id is being created in another geography.',
  },
  beingDeleted: {
    status: 409,
    code: 'ConflictingOperation',
    message: 'The resource is being created or deleted; try again when that has ended.',
  },
  isDefault: {
    status: 409,
    code: 'ResourceCannotBeDeleted',
    message: 'This is the resource of the geography that exists without anybody creating it; it cannot be deleted.',
  },
  notImplemented: {
    status: 501,
    code: 'NotImplemented',
    message: 'Notification hubs are not supported: Domicile sends nothing through them, and keeps no secret of theirs.',
  },
  geographyAway: {
    status: 503,
    code: 'GeographyUnavailable',
    message: 'A geography could not be asked.',
  },
});
