// The operations by which clients of the data plane watch what they have begun, and cancel it where the contract lets them.
import type { z } from 'zod';
import { type AnswerBody, type Budget, type Operation, operation, type RequestFacts } from '../../shared/api/index.js';
import type { accessKey } from '../../shared/auth/index.js';
import { Answer, Fault, type FaultEntry } from '../../shared/http/index.js';
import type { OperationRecord, Operations } from '../../shared/jobs/index.js';
import type { Resource } from '../../shared/geography/index.js';
import { addressOf, type LongRunningStyle, retryAfterOf } from './long-running.js';

export interface WatchedOperations<Body extends z.ZodType> {
  readonly style: LongRunningStyle;
  readonly service: Operation['service'];
  readonly auth: typeof accessKey;
  readonly operations: Pick<Operations, 'find' | 'cancel'>;
  /** Those of the service: what others of the resource have begun is neither shown nor cancelled here. */
  readonly kinds: readonly string[];
  readonly notFound: FaultEntry;
  /** How often may be asked. */
  readonly limit?: Budget;
  readonly get: Named;
  /** Absent where the contract has no way to cancel. */
  readonly cancel?: Named;
  /** The id as clients know it, with a prefix where the service has one: `search_1b2c...`; by default the id itself. */
  wireIdOf?(record: OperationRecord): string;
  /** Path of what there is, or will be, as the result. */
  resultPathOf?(record: OperationRecord): string | undefined;
  readonly returns: Body;
  /** The body, in the words of the contract; states are those of the style. */
  render(record: OperationRecord, request: RequestFacts): AnswerBody<Body>;
}

interface Named {
  /** Name of the registered function. */
  readonly name: string;
  readonly contract?: string;
}

/**
 * @example
 * watchedOperations({
 *   style: emailOperations,
 *   service: 'email',
 *   auth: accessKey,
 *   operations: longRunning,
 *   kinds: [sendMailKind],
 *   notFound: emailFaults.operationNotFound,
 *   get: { name: 'email-get-send-result', contract: 'email.getSendResult' },
 *   returns: EmailSendResult,
 *   render: ({ id, status }) => ({ id, status: emailOperations.states[status], error: null }),
 * })
 */
export function watchedOperations<Body extends z.ZodType>(spec: WatchedOperations<Body>): Operation[] {
  const { style, service, auth, limit, get, cancel } = spec;
  const path = `${style.path.slice(1)}/{operationId}` as const;
  const find = async (resource: Resource, wireId: string): Promise<OperationRecord> => {
    const id = wireId.slice(wireId.lastIndexOf('_') + 1);
    const record = await spec.operations.find(resource.immutableId, id);
    const isTheirs = record !== undefined && spec.kinds.includes(record.kind);
    if (!isTheirs || (spec.wireIdOf?.(record) ?? record.id) !== wireId) {
      throw new Fault(spec.notFound);
    }
    return record;
  };
  const watch = operation({
    ...get,
    summary: 'Says how a long-running operation stands.',
    service,
    auth,
    ...(limit !== undefined && { limit }),
    route: `GET ${path}`,
    answers: { 200: spec.returns },
    answer: async ({ resource, params, request }) => {
      const record = await find(resource, params.operationId);
      return new Answer(200, spec.render(record, request), headersOf(spec, record, request));
    },
  });
  if (cancel === undefined) {
    return [watch];
  }
  return [
    watch,
    operation({
      ...cancel,
      summary: 'Cancels a long-running operation; one that has ended stays what it is.',
      service,
      auth,
      route: `DELETE ${path}`,
      noContent: async ({ resource, params }) => {
        const { id } = await find(resource, params.operationId);
        await spec.operations.cancel(resource.immutableId, id);
      },
    }),
  ];
}

/** When to look again is said only while there is something to wait for. */
function headersOf(
  spec: Pick<WatchedOperations<z.ZodType>, 'style' | 'resultPathOf'>,
  record: OperationRecord,
  request: RequestFacts,
): Record<string, string> {
  const { retryAfterSeconds } = spec.style;
  const isUnderWay = record.status === 'notStarted' || record.status === 'running';
  const resultPath = spec.resultPathOf?.(record);
  return {
    ...(isUnderWay && retryAfterOf(retryAfterSeconds)),
    ...(resultPath !== undefined && { location: addressOf(spec.style, request, resultPath) }),
  };
}
