// Entry of the function app: reads the settings, composes the app, registers every trigger.
import { app } from '@azure/functions';
import { compose } from './compose.js';
import { readConfig } from './config.js';
import { watchClientConnections } from './http/client-connections.js';
import { registerPlatform } from './http/platform.js';
import { registerOperation } from './http/register-operation.js';
import { registerJobWorkers } from './queues/work-jobs.js';
import { reportFailure } from './report-failure.js';
import { registerResidencyRecord } from './timers/record-residency.js';
import { registerSweep } from './timers/sweep.js';

// Images, archives and recordings do not fit into memory.
app.setup({ enableHttpStream: true });
watchClientConnections();

const composed = await compose(readConfig(process.env), { reportFailure });

for (const operation of composed.operations) registerOperation(composed.pipeline, operation);
registerPlatform(composed);
registerJobWorkers(composed);
registerSweep(composed);
registerResidencyRecord(composed);

/** For the emulator, which runs in the same process; Azure never looks at it. */
export const running = composed;
