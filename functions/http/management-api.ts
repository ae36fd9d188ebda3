// All operations of management.
import type { Operation } from '../../shared/api/index.js';
import type { ManagementParts } from '../../shared/resources/index.js';
import { managementOperations } from './management.js';
import { managementEmailOperations } from './management-email.js';
import { managementOperationOperations } from './management-operations.js';

export function managementApi(parts: ManagementParts): readonly Operation[] {
  const managing = [...managementOperations(parts), ...managementEmailOperations(parts)];
  return [...managing, ...managementOperationOperations(parts, managing)];
}
