// Entry of the function app: reads the settings, composes the app, registers every trigger.
import { app } from '@azure/functions';
import { type ComposedApp, compose } from './compose.js';
import { readConfig } from './config.js';
import { registerCallbackKeys } from './platform/callback-keys.js';
import { watchClientConnections } from './platform/client-connections.js';
import { endWithHost } from './platform/end-of-process.js';
import { registerHealth } from './platform/health.js';
import { registerOperation } from './platform/register-operation.js';
import { registerTrigger } from './platform/register-trigger.js';
import { registerUnknownRoute } from './platform/unknown-route.js';
import { registerHostQuestion } from './platform/host-question.js';
import { registerTokenKeys } from './platform/token-keys.js';
import { reportFailure } from './report-failure.js';

// Images, archives and recordings do not fit into memory.
app.setup({ enableHttpStream: true });
watchClientConnections();

let started: ComposedApp | undefined;
registerHealth(() => started);

const composed = await compose(readConfig(process.env), { reportFailure });
started = composed;

for (const operation of composed.operations) {
  registerOperation(composed.pipeline, operation);
}
registerTokenKeys(composed);
registerCallbackKeys(composed);
registerHostQuestion(composed);
registerUnknownRoute(composed);
for (const trigger of composed.capabilities.flatMap(({ triggers = [] }) => triggers)) {
  registerTrigger(trigger);
}
endWithHost(() => composed.capabilities);

/** For the emulator, which runs in the same process; Azure never looks at it. */
export const running = composed;
