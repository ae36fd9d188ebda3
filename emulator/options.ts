// Turns what was asked for into a plan, or says what is wrong with it.
import { resolve } from 'node:path';
import { wellKnownVersions } from '../shared/auth/well-known.js';
import { type GeographySlug, geographySlugs, isGeographySlug } from '../shared/geography/index.js';
import type { EmulatorLimits, EmulatorOptions, RealTime } from './contract.js';
import { EmulatorError } from './emulator-error.js';
import type { RequestLog } from './host/request-log.js';
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
  /** Of pages in a browser, beside those of this machine. */
  readonly allowedOrigins: readonly string[];
  /** Lower case. */
  readonly hostNames: readonly string[];
  /** Host names to which events may be delivered, beside this machine. */
  readonly eventHosts: readonly string[];
  /** Of this machine. */
  readonly smtpRelay?: { readonly host: string; readonly port: number };
  /** Whether mail can be handed in by SMTP. */
  readonly smtp: boolean;
  readonly limits: EmulatorLimits;
  readonly realtime: RealTime;
  /** How many master secrets there are; the last is the current one. */
  readonly masterSecrets: number;
  readonly log: (line: string) => void;
  readonly requestLog: RequestLog;
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
  const masterSecrets = options.masterSecrets ?? 1;
  if (!Number.isInteger(masterSecrets) || masterSecrets < 1 || masterSecrets > wellKnownVersions) {
    throw new EmulatorError(`There can be 1 to ${wellKnownVersions} master secrets.`);
  }
  return {
    geographies,
    masterSecrets,
    ports: planPorts(options.port ?? 0, geographies.length),
    ...(options.ephemeral === true ? {} : { dataFolder: resolve(options.data ?? '.domicile') }),
    ...(options.readyFile === undefined ? {} : { readyFile: resolve(options.readyFile) }),
    instances,
    reencodePaths: options.reencodePaths ?? false,
    allowedOrigins: originsOf(options.allowedOrigins ?? []),
    hostNames: hostNamesOf(options.hostNames ?? []),
    realtime: realTimeOf(options.realtime ?? 'websocket'),
    eventHosts: eventHostsOf(options.eventHosts ?? []),
    ...(options.smtpRelay === undefined ? {} : { smtpRelay: smtpRelayOf(options.smtpRelay) }),
    smtp: options.smtp ?? true,
    limits: options.limits ?? 'open',
    log: options.log ?? (() => undefined),
    requestLog: options.requestLog ?? 'off',
  };
}

function realTimeOf(asked: string): RealTime {
  if (asked !== 'websocket' && asked !== 'longpoll' && asked !== 'off') {
    throw new EmulatorError(`Real-time notifications are websocket, longpoll or off, not "${asked}".`);
  }
  return asked;
}

/** As browsers write them: scheme, host and a port that is not the scheme's own. */
function originsOf(asked: readonly string[]): readonly string[] {
  return asked.map((text) => {
    const { origin = '', protocol = '' } = URL.canParse(text) ? new URL(text) : {};
    const isOrigin = /^https?:$/.test(protocol) && (text === origin || text === `${origin}/`);
    if (text !== '*' && !isOrigin) {
      throw new EmulatorError(`"${text}" is no origin of a web page; write it such as https://app.example:8443.`);
    }
    return text === '*' ? text : origin;
  });
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

function smtpRelayOf(asked: string): { readonly host: string; readonly port: number } {
  const [, host = '', digits = ''] = /^(localhost|127\.0\.0\.1):(\d{1,5})$/i.exec(asked) ?? [];
  const port = Number(digits);
  if (host === '' || port < 1 || port > 65_535) {
    throw new EmulatorError(`"${asked}" is no mail server of this machine; write it such as localhost:1025.`);
  }
  return { host: host.toLowerCase(), port };
}

function eventHostsOf(asked: readonly string[]): readonly string[] {
  const names = asked.map((name) => name.toLowerCase());
  const wrong = names.find((name) => name !== '*' && !hostNameForm.test(name));
  if (wrong !== undefined) {
    throw new EmulatorError(
      `"${wrong}" is no host that events can be delivered to; give names or IPv4 addresses without port, or * for all.`,
    );
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
