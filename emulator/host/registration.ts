// Checks what the app registered, as the host does before it starts, and sorts it by trigger.
import type { CoreFunction } from './functions-core.js';
import type { Binding } from './functions-core-contract.js';
import { parseRouteTemplate, type RouteSegment } from './route-template.js';
import { RouteTable } from './route-table.js';
import { parseSchedule, type Schedule } from './ncrontab.js';
import type { RegisteredFunction } from './host.js';

interface TriggeredFunction {
  readonly name: string;
  /** Name of the trigger's binding: the library finds the input by it. */
  readonly bindingName: string;
  readonly core: CoreFunction;
}

export interface HttpFunction extends TriggeredFunction {
  readonly trigger: 'http';
  readonly methods: readonly string[];
  /** With the route prefix, without a slash in front. */
  readonly route: string;
  readonly segments: readonly RouteSegment[];
}

export interface TimerFunction extends TriggeredFunction {
  readonly trigger: 'timer';
  readonly expression: string;
  readonly schedule: Schedule;
}

export interface QueueFunction extends TriggeredFunction {
  readonly trigger: 'queue';
  readonly queueName: string;
  /** Name of the setting with the connection string. */
  readonly connection: string;
}

export type AppFunction = HttpFunction | TimerFunction | QueueFunction;

const namePattern = /^[A-Za-z][A-Za-z0-9_-]{0,127}$/;
const everyMethod = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** @throws with a sentence for the first registration that the host would refuse or that is not supported here */
export function checkRegistrations(registered: readonly CoreFunction[], routePrefix: string): readonly AppFunction[] {
  const names = new Set<string>();
  return registered.map((core) => {
    const { name } = core.metadata;
    if (!namePattern.test(name) || name.toLowerCase() === 'host') {
      throw new Error(
        `"${name}" is not a valid function name. Use a letter, then up to 127 letters, digits, "_" or "-"; not "host".`,
      );
    }
    if (names.has(name.toLowerCase())) {
      throw new Error(`Two functions are called "${name}". Rename one.`);
    }
    names.add(name.toLowerCase());
    try {
      return readTrigger(core, routePrefix);
    } catch (error) {
      throw new Error(`Function "${name}": ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  });
}

/** @throws when two functions have the same route and a method in common */
export function buildRouteTable(functions: readonly AppFunction[]): RouteTable<HttpFunction> {
  const table = new RouteTable<HttpFunction>();
  for (const http of functions) {
    if (http.trigger === 'http') {
      for (const method of http.methods) {
        const taken = table.add(method, http.segments, http);
        if (taken !== undefined) {
          throw new Error(
            `Functions "${taken.name}" and "${http.name}" both answer ${method} /${http.route}. Change a route or a method.`,
          );
        }
      }
    }
  }
  return table;
}

export function describeFunction(described: AppFunction): RegisteredFunction {
  const { name, trigger } = described;
  switch (trigger) {
    case 'http':
      return { name, trigger, route: `${described.methods.join(',')} ${described.route}` };
    case 'timer':
      return { name, trigger, schedule: described.expression };
    case 'queue':
      return { name, trigger, queueName: described.queueName };
  }
}

function readTrigger(core: CoreFunction, routePrefix: string): AppFunction {
  const { name } = core.metadata;
  const [entry] = Object.entries(core.metadata.bindings).filter(([, binding]) => /trigger$/i.test(binding.type ?? ''));
  if (entry === undefined) {
    throw new Error('It has no trigger. Give it one.');
  }
  const [bindingName, binding] = entry;
  switch (binding.type) {
    case 'httpTrigger':
      return { name, bindingName, core, trigger: 'http', ...readHttpTrigger(name, binding, routePrefix) };
    case 'timerTrigger': {
      const expression = readText(binding, 'schedule');
      return { name, bindingName, core, trigger: 'timer', expression, schedule: parseSchedule(expression) };
    }
    case 'queueTrigger':
      return {
        name,
        bindingName,
        core,
        trigger: 'queue',
        queueName: readText(binding, 'queueName'),
        connection: readText(binding, 'connection'),
      };
    default:
      throw new Error(
        `Its trigger "${binding.type}" is not supported here. Use an HTTP, timer or storage queue trigger.`,
      );
  }
}

function readHttpTrigger(name: string, binding: Binding, routePrefix: string) {
  if (binding['authLevel'] !== 'anonymous') {
    throw new Error('Function keys are not supported here. Register it with authLevel "anonymous".');
  }
  const declared = binding['methods'];
  const methods = Array.isArray(declared) && declared.length > 0 ? declared.map(String) : everyMethod;
  const template = typeof binding['route'] === 'string' ? binding['route'] : name;
  const route = [routePrefix, template.replace(/^\/+|\/+$/g, '')].filter((part) => part !== '').join('/');
  return { methods: methods.map((method) => method.toUpperCase()), route, segments: parseRouteTemplate(route) };
}

function readText(binding: Binding, property: string): string {
  const value = binding[property];
  if (typeof value !== 'string' || value === '') {
    throw new Error(`Its trigger needs "${property}".`);
  }
  return value;
}
