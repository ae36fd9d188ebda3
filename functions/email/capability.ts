// What belongs to email resources: domains, senders, suppression lists; and the SMTP users of communication resources.
import { bind } from '../../shared/data-map/index.js';
import { ArmItems, type EmailParts, resourceItems } from '../../shared/email/index.js';
import type { ManagementParts } from '../../shared/management/index.js';
import { resources, rowsNear } from '../../shared/resources/index.js';
import type { Capability } from '../capability.js';
import type { Foundation } from '../foundation.js';
import { managementEmailOperations } from './email-services.js';

export function emailCapability({ storage }: Foundation, management: ManagementParts): Capability {
  const items = new ArmItems(storage.table(resourceItems));
  const parts: EmailParts = { ...management, items };
  const ownersNear = async (resourceId: string) => {
    const rows = await rowsNear(storage.table(resources), resourceId);
    return rows.map((row) => String(row['immutableId']));
  };
  return {
    name: 'email',
    stores: [bind(resourceItems, { items, ownersNear })],
    operations: managementEmailOperations(parts),
  };
}
