// What is asked at the host of another geography's resource goes on to there, also where it is no operation.
import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Passing } from '../../shared/passing/index.js';
import { toApiRequest, toHttpResponse } from './request-adapter.js';

type Handler = (request: HttpRequest, context: InvocationContext) => HttpResponseInit;

export function elsewhereOr({ passing }: { readonly passing: Passing }, name: string, handle: Handler) {
  return async (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const answer = await passing.passOn(name, toApiRequest(request, context));
    return answer === undefined ? handle(request, context) : toHttpResponse(answer, context);
  };
}
