// Registers one function an operation. Our own authentication runs, so the host asks for no function key.
import { app } from '@azure/functions';
import type { Operation, Pipeline } from '../../shared/api/index.js';
import { methodsOf } from './methods.js';
import { toApiRequest, toHttpResponse } from './request-adapter.js';

export function registerOperation(pipeline: Pipeline, operation: Operation): void {
  app.http(operation.name, {
    route: operation.path,
    methods: methodsOf(operation.method),
    authLevel: 'anonymous',
    handler: async (request, context) =>
      toHttpResponse(await pipeline(operation, toApiRequest(request, context)), context),
  });
}
