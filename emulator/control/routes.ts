// The routes of the control plane: what is asked of the emulator itself, never of a resource.
import { z } from 'zod';
import type { ClockCommand } from '../clock-command.js';
import { RequestRefused } from '../emulator-error.js';
import type { EmulatorOperations } from '../operations.js';
import { controlRoute, type ControlRoute } from './control-route.js';

const anything = z.unknown().optional();

export const routes: readonly ControlRoute[] = [
  controlRoute({
    method: 'GET',
    path: '/health',
    handle(operations) {
      const geographies = operations.health();
      const isWell = Object.values(geographies).every((state) => state === 'running');
      return { status: isWell ? 'ok' : 'restarting', geographies };
    },
  }),
  controlRoute({ method: 'GET', path: '/functions', handle: (operations) => operations.functions() }),
  controlRoute({
    method: 'POST',
    path: '/functions/{name}/run',
    body: z.strictObject({
      geography: z.string('takes the name of one, such as "europe"').optional(),
      input: anything,
    }),
    handle: async (operations, { body: { geography, input }, param }) => ({
      geographies: await operations.runFunction(param('name'), geography, input),
    }),
  }),
  controlRoute({
    method: 'GET',
    path: '/stage',
    handle: async (operations) => ({ actions: await operations.stageActions() }),
  }),
  controlRoute({
    method: 'POST',
    path: '/stage/{capability}/{action}',
    body: z.unknown(), // the action has a schema of its own
    query: z.strictObject({ geography: z.string().optional(), resource: z.string().optional() }),
    maxBodyBytes: 1024 * 1024,
    handle: (operations, { body, query, param }) => operations.stage(param('capability'), param('action'), body, query),
  }),
  controlRoute({ method: 'GET', path: '/clock', handle: clock }),
  controlRoute({
    method: 'POST',
    path: '/clock',
    body: z.strictObject({ advance: anything, set: anything }),
    async handle(operations, { body }) {
      await operations.moveClock(clockCommand(body));
      return clock(operations);
    },
  }),
  controlRoute({ method: 'GET', path: '/limits', handle: (operations) => ({ limits: operations.limits() }) }),
  controlRoute({
    method: 'POST',
    path: '/limits',
    body: z.strictObject({ limits: anything }),
    async handle(operations, { body }) {
      await operations.setLimits(body.limits);
      return { limits: operations.limits() };
    },
  }),
  controlRoute({
    method: 'POST',
    path: '/reset',
    async handle(operations) {
      await operations.reset();
      return clock(operations);
    },
  }),
];

function clock(operations: EmulatorOperations): { now: string; offsetMs: number } {
  return { now: new Date(operations.now()).toISOString(), offsetMs: operations.offsetMs() };
}

function clockCommand({ advance, set }: { advance?: unknown; set?: unknown }): ClockCommand {
  if (typeof advance === 'string' && set === undefined) {
    return { advance };
  }
  if (typeof set === 'string' && advance === undefined) {
    return { set };
  }
  throw new RequestRefused(400, 'InvalidClock', 'Say either {"advance":"P31D"} or {"set":"2030-01-31T12:00:00Z"}.');
}
