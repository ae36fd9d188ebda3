// What the use cases of email resources are made of.
import type { ManagementParts } from '../management/index.js';
import type { ArmItems } from './items.js';

export interface EmailParts extends ManagementParts {
  readonly items: ArmItems;
}
