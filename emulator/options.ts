// Turns what was asked for into a plan, or says what is wrong with it.
import { resolve } from 'node:path';
import { type GeographySlug, geographySlugs, isGeographySlug } from '../shared/geography/index.js';
import type { EmulatorLimits, EmulatorOptions } from './contract.js';
import { EmulatorError } from './emulator-error.js';
import { type PortPlan, planPorts } from './ports.js';

export interface EmulatorPlan {
  readonly geographies: readonly GeographySlug[];
  readonly ports: PortPlan;
  /** Absolute; absent when everything stays in memory. */
  readonly dataFolder?: string;
  /** Absolute. */
  readonly readyFile?: string;
  readonly instances: number;
  readonly reencodePaths: boolean;
  /** Lower case. */
  readonly hostNames: readonly string[];
  readonly limits: EmulatorLimits;
  readonly log: (line: string) => void;
}

const defaultGeographies: readonly GeographySlug[] = ['europe', 'unitedstates'];
const maxInstances = 8;
const maxHostNames = 16;
const hostNameForm = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

export function planEmulator(options: EmulatorOptions): EmulatorPlan {
  const geographies = options.geographies ?? defaultGeographies;
  assertGeographies(geographies);
  const instances = options.instances ?? 1;
  if (!Number.isInteger(instances) || instances < 1 || instances > maxInstances) {
    throw new EmulatorError(`There can be 1 to ${maxInstances} function app instances per geography.`);
  }
  return {
    geographies,
    ports: planPorts(options.port ?? 0, geographies.length),
    ...(options.ephemeral === true ? {} : { dataFolder: resolve(options.data ?? '.domicile') }),
    ...(options.readyFile === undefined ? {} : { readyFile: resolve(options.readyFile) }),
    instances,
    reencodePaths: options.reencodePaths ?? false,
    hostNames: hostNamesOf(options.hostNames ?? []),
    limits: options.limits ?? 'open',
    log: options.log ?? (() => undefined),
  };
}

function hostNamesOf(asked: readonly string[]): readonly string[] {
  const names = [...new Set(asked.map((name) => name.toLowerCase()))];
  const wrong = names.find((name) => !hostNameForm.test(name));
  if (wrong !== undefined) {
    throw new EmulatorError(
      `"${wrong}" is no host name; give names or IPv4 addresses without port, such as host.docker.internal.`,
    );
  }
  if (names.length > maxHostNames) {
    throw new EmulatorError(`There can be at most ${maxHostNames} more host names.`);
  }
  return names;
}

/** @throws {EmulatorError} for an unknown or repeated geography, or none at all */
function assertGeographies(slugs: readonly string[]): asserts slugs is readonly GeographySlug[] {
  const unknown = slugs.find((slug) => !isGeographySlug(slug));
  if (unknown !== undefined || slugs.length === 0) {
    const what = unknown === undefined ? 'No geography was named' : `There is no geography "${unknown}"`;
    throw new EmulatorError(`${what}; choose from ${geographySlugs.join(', ')}.`);
  }
  if (new Set(slugs).size !== slugs.length) {
    throw new EmulatorError('A geography was named twice; name each once.');
  }
}
