// Registers one function an operation. Our own authentication runs, so the host asks for no function key.
import { app, type InvocationContext } from '@azure/functions';
import type { Operation, Pipeline } from '../../shared/api/index.js';
import { Fault, faults, renderFault } from '../../shared/http/index.js';
import { traced } from '../../shared/tracing/index.js';
import { isAboutToEnd, underWay } from './end-of-process.js';
import { methodsOf } from './methods.js';
import { toApiRequest, toHttpResponse } from './request-adapter.js';

export function registerOperation(pipeline: Pipeline, operation: Operation): void {
  app.http(operation.name, {
    route: operation.path,
    methods: methodsOf(operation.method),
    authLevel: 'anonymous',
    handler: async (request, context) => {
      if (isAboutToEnd()) {
        return toHttpResponse(
          renderFault(factsOf(context), new Fault(faults.processEnds, { retryAfterSeconds: 1 })),
          context,
        );
      }
      const parent = request.headers.get('traceparent') ?? undefined;
      const answer = traced(operation.name, { kind: 'server', parent }, () =>
        pipeline(operation, toApiRequest(request, context)),
      );
      return toHttpResponse(await underWay(answer), context);
    },
  });
}

function factsOf({ invocationId }: InvocationContext) {
  return { requestId: invocationId, clientRequestId: undefined, supportedVersions: undefined };
}
