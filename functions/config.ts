// The settings of a function app, read once at start. Everything that is wrong is reported at once, values never.
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { type Profile, readProfile } from '../shared/api/index.js';
import {
  deriveRsaKey,
  deriveSigningKey,
  type EntraSettings,
  type KeySlot,
  readRetiredKeys,
  readSigningKey,
  wellKnownMasterSecret,
} from '../shared/auth/index.js';
import { type GeographySlug, geographySlugs } from '../shared/geography/index.js';
import { HostSettings, PeerSettings, type World } from '../shared/passing/index.js';
import { isLoopback, readStorageSettings, type StorageSettings } from '../shared/storage/index.js';
import { entraShape, readEntraSettings } from './entra-settings.js';
import { budgets } from './rate-limits.js';
import { SettingProblems } from './setting-problems.js';

export interface Config {
  readonly geography: GeographySlug;
  readonly storage: StorageSettings;
  /** Master secrets by version; the highest is used for what is new. */
  readonly masterSecrets: ReadonlyMap<number, Buffer>;
  readonly tokenKey: KeyObject;
  readonly retiredTokenKeys: readonly KeyObject[];
  /** Makes the key that signs callbacks, RS256; undefined when there is none. */
  readonly callbackKey: (() => KeyObject) | undefined;
  readonly retiredCallbackKeys: readonly KeyObject[];
  /** Name of the resource that exists without anybody creating it. */
  readonly defaultResource: string;
  /** What hosts of new resources end in; undefined in the emulator, where each has a port. */
  readonly domain: string | undefined;
  /** The other geographies, and what is behind hosts whose name does not say it. */
  readonly world: World;
  /** Signs what is passed on to another geography; undefined when there is none. */
  readonly hopKey: KeyObject | undefined;
  /** How often operations may be called. */
  readonly limits: Profile;
  /** Access keys that may identify, export and erase persons. */
  readonly privacyKeys: ReadonlySet<KeySlot>;
  /** Undefined when nobody signs in with Entra ID. */
  readonly entra: EntraSettings | undefined;
  /** Running in the emulator: public secrets are allowed, signatures are diagnosed, the clock can be moved. */
  readonly isEmulator: boolean;
  /** How long receipts of erasures and the audit trail are kept, product ms. */
  readonly receiptLifeMs: number;
  readonly clockOffsetMs: number;
}

const Base64Secret = z
  .base64('is not base64')
  .refine((text) => Buffer.from(text, 'base64').length >= 32, 'needs at least 32 bytes');

function wholeNumber(min: number, max: number) {
  const problem = `is not a whole number from ${min} to ${max}`;
  return z.coerce.number(problem).int(problem).min(min, problem).max(max, problem);
}

/** @param problem what to say of a text that is something else; never the text itself */
function jsonOf<Value>(schema: z.ZodType<Value>, problem: string) {
  return z.string().transform((text, context) => {
    try {
      return schema.parse(JSON.parse(text));
    } catch {
      context.addIssue({ code: 'custom', message: problem });
      return z.NEVER;
    }
  });
}

const Limits = z.string().transform((text, context) => {
  try {
    return readProfile(text.trimStart().startsWith('{') ? JSON.parse(text) : text, budgets);
  } catch (error) {
    // The parser's own message quotes the text.
    const message = error instanceof SyntaxError ? 'is not a JSON object' : (error as Error).message;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }
});

const Settings = z.object({
  ...entraShape,
  DOMICILE_GEOGRAPHY: z.enum(geographySlugs, `is none of the geographies: ${geographySlugs.join(', ')}`),
  DOMICILE_MASTER_SECRET: Base64Secret,
  DOMICILE_MASTER_SECRET_VERSION: wholeNumber(1, 1_000_000).default(1),
  DOMICILE_RETIRED_MASTER_SECRETS: z
    .string()
    .regex(/^\d+:[A-Za-z0-9+/=]+(,\d+:[A-Za-z0-9+/=]+)*$/, 'is not a list of version:secret')
    .optional(),
  DOMICILE_TOKEN_KEY: z.string().optional(),
  DOMICILE_RETIRED_TOKEN_KEYS: z.string().default(''),
  DOMICILE_CALLBACK_KEY: z.string().optional(),
  DOMICILE_RETIRED_CALLBACK_KEYS: z.string().default(''),
  DOMICILE_DEFAULT_RESOURCE: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'is not a resource name'),
  DOMICILE_DOMAIN: z
    .string()
    .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'is not a domain name')
    .optional(),
  DOMICILE_HOSTS: jsonOf(
    HostSettings,
    'is not a JSON object of host and resource name, or host and {"geography", "name"}',
  ).default({}),
  DOMICILE_PEERS: jsonOf(
    PeerSettings,
    'is not a JSON object of geography and {"url", "keys"}, with an https address and P-256 public keys as JWK',
  ).default({}),
  DOMICILE_HOP_KEY: z.string().optional(),
  /** `open`, `acs`, or a JSON object of own figures. */
  DOMICILE_LIMITS: Limits.default(readProfile('open', budgets)),
  DOMICILE_PRIVACY_KEYS: z
    .enum(
      ['primary,secondary', 'primary', 'secondary', 'none'],
      'is one of primary,secondary; primary; secondary; none',
    )
    .default('primary,secondary'),
  /** Three years. */
  DOMICILE_RECEIPT_DAYS: wholeNumber(1, 36_500).default(1095),
  DOMICILE_EMULATOR: z.enum(['0', '1'], 'is 0 or 1').default('0'),
  DOMICILE_CLOCK_OFFSET_MS: z.coerce.number('is not a whole number').int('is not a whole number').default(0),
});

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws {Error} one sentence a wrong setting, all of them; never their values */
export function readConfig(environment: Environment): Config {
  const problems = new SettingProblems(environment);
  const settings = problems.parse(Settings);
  const isEmulator = environment['DOMICILE_EMULATOR'] === '1';
  // What the schema does not look into is read whether or not it has found something.
  const storage = problems.read('AzureWebJobsStorage', () => readStorageSettings(environment));
  const master = settings?.DOMICILE_MASTER_SECRET;
  const current = master === undefined ? undefined : Buffer.from(master, 'base64');
  const tokenKey = problems.read('DOMICILE_TOKEN_KEY', () => tokenKeyOf(environment, isEmulator, current));
  const retiredTokenKeys = problems.read('DOMICILE_RETIRED_TOKEN_KEYS', () =>
    readRetiredKeys(environment['DOMICILE_RETIRED_TOKEN_KEYS'] ?? ''),
  );
  const callbackKey = problems.read('DOMICILE_CALLBACK_KEY', () => ({
    make: callbackKeyOf(environment['DOMICILE_CALLBACK_KEY'], isEmulator, current),
  }));
  const retiredCallbackKeys = problems.read('DOMICILE_RETIRED_CALLBACK_KEYS', () =>
    readRetiredKeys(environment['DOMICILE_RETIRED_CALLBACK_KEYS'] ?? '', 'Retired callback key', 'RS256'),
  );
  const hopKey = problems.read('DOMICILE_HOP_KEY', () => ({ key: hopKeyOf(environment, isEmulator, current) }));
  const entra = settings && problems.read('Entra ID', () => ({ read: readEntraSettings(settings, isEmulator) }));
  if (storage !== undefined) {
    problems.read('DOMICILE_MASTER_SECRET', () => refuseWellKnownSecret(environment, storage));
    problems.read('DOMICILE_EMULATOR', () => refuseEmulator(environment, storage));
  }
  problems.throwIfAny();
  if (
    settings === undefined ||
    storage === undefined ||
    current === undefined ||
    tokenKey === undefined ||
    retiredTokenKeys === undefined ||
    retiredCallbackKeys === undefined
  ) {
    throw new Error('A setting is missing, and nobody said which.');
  }
  return {
    geography: settings.DOMICILE_GEOGRAPHY,
    storage,
    masterSecrets: new Map([
      ...retiredSecrets(settings.DOMICILE_RETIRED_MASTER_SECRETS),
      [settings.DOMICILE_MASTER_SECRET_VERSION, current],
    ]),
    tokenKey,
    retiredTokenKeys,
    callbackKey: callbackKey?.make,
    retiredCallbackKeys,
    defaultResource: settings.DOMICILE_DEFAULT_RESOURCE,
    domain: settings.DOMICILE_DOMAIN,
    world: { peers: settings.DOMICILE_PEERS, hosts: settings.DOMICILE_HOSTS },
    hopKey: hopKey?.key,
    limits: settings.DOMICILE_LIMITS,
    privacyKeys: new Set(
      (['primary', 'secondary'] as const).filter((slot) => settings.DOMICILE_PRIVACY_KEYS.includes(slot)),
    ),
    entra: entra?.read,
    isEmulator,
    receiptLifeMs: settings.DOMICILE_RECEIPT_DAYS * 24 * 60 * 60_000,
    clockOffsetMs: isEmulator ? settings.DOMICILE_CLOCK_OFFSET_MS : 0,
  };
}

function isDeployed(environment: Environment, { endpoints }: StorageSettings): boolean {
  return !isLoopback(endpoints.table) || environment['WEBSITE_INSTANCE_ID'] !== undefined;
}

/** The emulator's secret is public: whoever knows it could sign for every resource. */
function refuseWellKnownSecret(environment: Environment, storage: StorageSettings): void {
  const isWellKnown =
    environment['DOMICILE_MASTER_SECRET'] === wellKnownMasterSecret ||
    environment['DOMICILE_RETIRED_MASTER_SECRETS']?.includes(wellKnownMasterSecret) === true;
  if (isWellKnown && isDeployed(environment, storage)) {
    throw new Error(
      "DOMICILE_MASTER_SECRET is the emulator's secret, which everybody knows. Set 32 random bytes as base64, for example from: openssl rand -base64 32",
    );
  }
}

function refuseEmulator(environment: Environment, storage: StorageSettings): void {
  if (environment['DOMICILE_EMULATOR'] === '1' && isDeployed(environment, storage)) {
    throw new Error('DOMICILE_EMULATOR is for the emulator only. Remove it from the settings of a deployed app.');
  }
}

/** @returns undefined when it would be made of a secret that is wrong itself */
function tokenKeyOf(
  environment: Environment,
  isEmulator: boolean,
  masterSecret: Buffer | undefined,
): KeyObject | undefined {
  const text = environment['DOMICILE_TOKEN_KEY'];
  if (text !== undefined) {
    return readSigningKey(text, 'The key of DOMICILE_TOKEN_KEY');
  }
  if (isEmulator) {
    return masterSecret && deriveSigningKey(masterSecret);
  }
  throw new Error(
    'DOMICILE_TOKEN_KEY is missing. Set a P-256 private key, for example from: openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt',
  );
}

/** Whoever makes no calls needs none, so nothing is derived here, and a missing one stops no start. */
function callbackKeyOf(
  text: string | undefined,
  isEmulator: boolean,
  masterSecret: Buffer | undefined,
): (() => KeyObject) | undefined {
  if (text !== undefined) {
    const key = readSigningKey(text, 'The key of DOMICILE_CALLBACK_KEY', 'RS256');
    return () => key;
  }
  return isEmulator && masterSecret !== undefined
    ? () => deriveRsaKey(masterSecret, 'callback-signing-key')
    : undefined;
}

/** In the emulator each geography has another one, that its supervisor can derive too. */
function hopKeyOf(
  environment: Environment,
  isEmulator: boolean,
  masterSecret: Buffer | undefined,
): KeyObject | undefined {
  const text = environment['DOMICILE_HOP_KEY'];
  if (text !== undefined) {
    return readSigningKey(text, 'The key of DOMICILE_HOP_KEY');
  }
  if (isEmulator) {
    return masterSecret && deriveSigningKey(masterSecret, `hop-signing-key:${environment['DOMICILE_GEOGRAPHY']}`);
  }
  const peers = environment['DOMICILE_PEERS']?.trim() ?? '{}';
  if (/^\{\s*\}$/.test(peers)) {
    return undefined;
  }
  throw new Error(
    'DOMICILE_HOP_KEY is missing, but DOMICILE_PEERS names other geographies. Set a P-256 private key, made like DOMICILE_TOKEN_KEY, and give its public half to them.',
  );
}

function retiredSecrets(text: string | undefined): [number, Buffer][] {
  return (text?.split(',') ?? []).map((pair) => {
    const colon = pair.indexOf(':');
    return [Number(pair.slice(0, colon)), Buffer.from(pair.slice(colon + 1), 'base64')];
  });
}
