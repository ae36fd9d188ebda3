// Where a long-running operation can be watched.
import { Fault, operation } from '../../shared/api/index.js';
import { type PrivacyParts, privacyFaults } from '../../shared/privacy/index.js';
import { toSeconds } from '../../shared/time/instant.js';
import { privacyCommon } from './privacy-wire.js';

export function privacyWatchOperations(privacy: PrivacyParts) {
  return [
    operation({
      ...privacyCommon,
      name: 'privacy-get-operation',
      summary: 'Gets the status of a long-running operation and, once it has ended, its result.',
      route: 'GET privacy/operations/{operationId}',
      ok: async ({ resource, params }) => {
        const record = await privacy.operations.find(resource.immutableId, params.operationId);
        if (record === undefined) throw new Fault(privacyFaults.operationNotFound);
        const { id, kind, status, createdOn, endedOn, result } = record;
        return {
          id,
          kind,
          status,
          createdOn: toSeconds(createdOn),
          ...(endedOn !== undefined && { endedOn: toSeconds(endedOn) }),
          ...(result !== undefined && { result }),
        };
      },
    }),
  ];
}
