// A function app with trivial operations of ours, with everything that surrounds every operation, beside handlers that
// use the Functions library alone.
import { app } from '@azure/functions';
import { z } from 'zod';
import { compose } from '../functions/compose.js';
import { readConfig } from '../functions/config.js';
import { registerOperation } from '../functions/platform/register-operation.js';
import { reportFailure } from '../functions/report-failure.js';
import { operation } from '../shared/api/index.js';
import { userToken } from '../shared/auth/index.js';

app.setup({ enableHttpStream: true });

const composed = await compose(readConfig(process.env, true), { reportFailure });
const trivial = [
  operation({
    name: 'bench-get',
    summary: 'Says how it is.',
    service: 'chat',
    route: 'GET bench/operation',
    auth: userToken('chat'),
    ok: async () => ({ status: 'well' }),
  }),
  operation({
    name: 'bench-post',
    summary: 'Takes a text and says how long it is.',
    service: 'chat',
    route: 'POST bench/operation',
    auth: userToken('chat'),
    body: z.object({ text: z.string() }),
    ok: async ({ body }) => ({ length: body.text.length }),
  }),
];
for (const each of [...composed.operations, ...trivial]) {
  registerOperation(composed.pipeline, each);
}

app.http('bench-empty', {
  route: 'bench/empty',
  methods: ['GET', 'POST'],
  authLevel: 'anonymous',
  handler: () => ({ status: 200 }),
});
app.http('bench-json', {
  route: 'bench/json',
  methods: ['POST'],
  authLevel: 'anonymous',
  handler: async (request) => {
    const { text } = (await request.json()) as { text: string };
    return { jsonBody: { length: text.length } };
  },
});

/** For front-process.ts. */
export const running = composed;
