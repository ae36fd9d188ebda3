// The routes of the control plane: what is asked of the emulator itself, never of a resource.
import type { ClockCommand } from '../clock-command.js';
import { RequestRefused } from '../emulator-error.js';
import type { EmulatorOperations } from '../operations.js';

type Body = Readonly<Record<string, unknown>>;
type Handler = (operations: EmulatorOperations, body: Body, name: string) => unknown;

/** `{name}` stands for one path segment, handed over as `name`. */
export const routes: Readonly<Record<string, Handler>> = {
  'GET /health': (operations) => {
    const geographies = operations.health();
    const isWell = Object.values(geographies).every((state) => state === 'running');
    return { status: isWell ? 'ok' : 'restarting', geographies };
  },
  'GET /functions': (operations) => operations.functions(),
  'POST /functions/{name}/run': async (operations, body, name) => {
    assertOnly(body, 'geography', 'input');
    const { geography, input } = body;
    if (geography !== undefined && typeof geography !== 'string') {
      throw new RequestRefused(400, 'UnknownGeography', '"geography" takes the name of one, such as "europe".');
    }
    return { geographies: await operations.runFunction(name, geography, input) };
  },
  'GET /clock': clock,
  'POST /clock': async (operations, body) => {
    await operations.moveClock(clockCommand(body));
    return clock(operations);
  },
  'GET /limits': (operations) => ({ limits: operations.limits() }),
  'POST /limits': async (operations, body) => {
    assertOnly(body, 'limits');
    await operations.setLimits(body['limits']);
    return { limits: operations.limits() };
  },
  'POST /reset': async (operations, body) => {
    assertOnly(body);
    await operations.reset();
    return clock(operations);
  },
};

/** @param path without query */
export function findRoute(method: string, path: string): { readonly handle: Handler; readonly name: string } {
  const [, name = ''] = /^\/functions\/([^/]+)\/run$/.exec(path) ?? [];
  const handle = routes[`${method} ${name === '' ? path : '/functions/{name}/run'}`];
  if (handle !== undefined) return { handle, name };
  throw new RequestRefused(404, 'UnknownRoute', `There is no such route; there are ${Object.keys(routes).join(', ')}.`);
}

function clock(operations: EmulatorOperations): { now: string; offsetMs: number } {
  return { now: new Date(operations.now()).toISOString(), offsetMs: operations.offsetMs() };
}

function clockCommand(body: Body): ClockCommand {
  assertOnly(body, 'advance', 'set');
  const { advance, set } = body;
  if (typeof advance === 'string' && set === undefined) return { advance };
  if (typeof set === 'string' && advance === undefined) return { set };
  throw new RequestRefused(400, 'InvalidClock', 'Say either {"advance":"P31D"} or {"set":"2030-01-31T12:00:00Z"}.');
}

function assertOnly(body: Body, ...known: readonly string[]): void {
  if (Object.keys(body).every((name) => known.includes(name))) return;
  const allowed = known.length === 0 ? 'takes no members' : `takes only "${known.join('" and "')}"`;
  throw new RequestRefused(400, 'InvalidBody', `The body of this request ${allowed}.`);
}
