// Whether a host is one of this geography; asked by the others.
import { app } from '@azure/functions';
import { hostQuestionPath, type Passing } from '../../shared/passing/index.js';
import { toApiRequest } from './request-adapter.js';

export function registerHostQuestion({ passing }: { readonly passing: Passing }): void {
  app.http('host-question', {
    route: hostQuestionPath,
    methods: ['HEAD'],
    authLevel: 'anonymous',
    handler: async (request, context) => ({
      status: (await passing.isHere(toApiRequest(request, context))) ? 204 : 404,
    }),
  });
}
