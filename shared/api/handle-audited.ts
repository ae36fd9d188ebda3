// Runs an operation, and writes into the audit trail what it declares.
import type { ManagerCaller, OwnerCaller } from '../auth/index.js';
import type { Audit, AuditPort } from './audit.js';
import type { AnyInput, Operation } from './operation.js';

export function handleAudited(trail: AuditPort, operation: Operation, input: AnyInput): Promise<unknown> {
  const audit = operation.audits(input);
  return audit === undefined ? operation.handle(input) : handleAndTell(trail, operation, input, audit);
}

/** Asked for is written first: what is not written down does not happen. */
async function handleAndTell(
  trail: AuditPort,
  operation: Operation,
  input: AnyInput,
  { action, done, of }: Audit,
): Promise<unknown> {
  // Nobody else may call an operation that audits.
  const caller = input.caller as OwnerCaller | ManagerCaller;
  const audited = of === undefined ? input.resource : await of();
  if (audited === undefined) {
    throw new Error(`Operation ${operation.name} does not say in whose trail it stands.`);
  }
  await trail.record(audited, caller, action);
  const result = await operation.handle(input);
  if (done !== undefined) {
    await trail.record(audited, caller, action, done);
  }
  return result;
}
