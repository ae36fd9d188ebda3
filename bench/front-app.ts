// A function app with two functions: a trivial operation of ours, with everything that surrounds every operation, and an
// empty handler. The difference is what our registration and pipeline cost on top of the Functions library and host.
import { app } from '@azure/functions';
import { z } from 'zod';
import { compose } from '../functions/compose.js';
import { readConfig } from '../functions/config.js';
import { registerOperation } from '../functions/http/register-operation.js';
import { reportFailure } from '../functions/report-failure.js';
import { operation } from '../shared/api/index.js';
import { userToken } from '../shared/auth/index.js';

app.setup({ enableHttpStream: true });

const composed = await compose(readConfig(process.env), { reportFailure });
const trivial = operation({
  name: 'bench-trivial',
  summary: 'Takes a text and says how long it is.',
  service: 'chat',
  route: 'POST bench/trivial',
  auth: userToken('chat'),
  body: z.object({ text: z.string() }),
  ok: async ({ body }) => ({ length: body.text.length }),
});

for (const each of [...composed.operations, trivial]) registerOperation(composed.pipeline, each);
app.http('bench-empty', {
  route: 'bench/empty',
  methods: ['POST'],
  authLevel: 'anonymous',
  handler: () => ({ status: 200 }),
});

/** For front-process.ts. */
export const running = composed;
