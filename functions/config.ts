// The settings of a function app, read once at start. Everything that is wrong is reported at once, values never.
import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { type Profile, readProfile } from '../shared/api/index.js';
import {
  callbackKeyPurpose,
  deriveRsaKey,
  deriveSigningKey,
  type EntraSettings,
  formerTokenKeyPurpose,
  type FrontEnd,
  hopKeyPurpose,
  isStartedByEmulator,
  type KeySlot,
  readRetiredKeys,
  readSigningKey,
  tokenKeyPurpose,
} from '../shared/auth/index.js';
import type { LogWorkspaceSettings } from '../shared/diagnostics/index.js';
import { type MailSettings, MailSettingsShape } from '../shared/email/index.js';
import { type CallingSettings, CallingSettingsShape } from '../shared/calling/index.js';
import { type SmsSettings, SmsSettingsShape } from '../shared/sms/index.js';
import { type GeographySlug, geographySlugs } from '../shared/geography/index.js';
import { InventorySetting, type NumberLot } from '../shared/phone-numbers/index.js';
import { HostSettings, PeerSettings, type World } from '../shared/passing/index.js';
import { isLoopback, readStorageSettings, type StorageSettings } from '../shared/storage/index.js';
import { entraShape, readEntraSettings } from './entra-settings.js';
import { type LiveConfig, liveConfig, LiveSetting } from './live-settings.js';
import { type EventsConfig, eventsConfig, EventsSetting } from './event-settings.js';
import { logsConfig, LogsSetting } from './log-settings.js';
import { budgets } from './rate-limits.js';
import { rootVersion } from './root-version.js';
import { refuseWellKnown } from './refuse-well-known.js';
import { Base64Secret, jsonOf, requireSecret, settingsOf, SharedSecrets, wholeNumber } from './setting-forms.js';
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
  /** How mail leaves; undefined when it does not. */
  readonly mail: MailSettings | undefined;
  /** How texts leave; undefined when they do not. */
  readonly sms: SmsSettings | undefined;
  /** Shared with whoever carries texts: the first signs, any of them may have signed. None when nobody does. */
  readonly smsSecrets: readonly Buffer[];
  /** How calls are carried; undefined when the operator says nothing of it. */
  readonly calling: CallingSettings | undefined;
  /** Shared with the media server: the first signs, any of them may have signed. None when there is no such server. */
  readonly callingSecrets: readonly Buffer[];
  /** The phone numbers that the operator has; undefined when nobody said which. */
  readonly phoneNumbers: readonly NumberLot[] | undefined;
  /** Shared with the gateway; any of them may have signed. None when there is no gateway. */
  readonly gatewaySecrets: readonly Buffer[];
  /** Access keys that may identify, export and erase persons. */
  readonly privacyKeys: ReadonlySet<KeySlot>;
  /** What stands before the app and says at which host a client asked; undefined when nothing does. */
  readonly frontEnd: FrontEnd | undefined;
  /** Undefined when nobody signs in with Entra ID. */
  readonly entra: EntraSettings | undefined;
  /** Whether users are told at once of what happens in their threads, and through what. */
  readonly live: LiveConfig;
  /** Where events go; undefined when nowhere. */
  readonly events: EventsConfig | undefined;
  /** The log workspace that rows of logs go to; undefined when they are kept in the account. */
  readonly logs: LogWorkspaceSettings | undefined;
  /** Running in the emulator: public secrets are allowed, signatures are diagnosed, the clock can be moved. */
  readonly isEmulator: boolean;
  /** How long receipts of erasures and the audit trail are kept, product ms. */
  readonly receiptLifeMs: number;
  /** What a process keeps in memory at most, of what is read often. */
  readonly readMemoryBytes: number;
  readonly clockOffsetMs: number;
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

/** A header that means nothing else. */
const FrontEndSetting = z.strictObject({
  header: z
    .string()
    .regex(/^x-[a-z0-9-]{1,64}$/i)
    .transform((name) => name.toLowerCase())
    .refine((name) => !/^x-(ms-|forwarded-|original-|domicile-hop|domicile-listener|skypetoken)/.test(name)),
  value: z.string().regex(/^[!-~]{16,256}$/),
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
  DOMICILE_FRONT_END: jsonOf(
    FrontEndSetting,
    'is not a JSON object of {"header", "value"}, with the name of a header of its own and at least 16 characters',
  ).optional(),
  DOMICILE_EVENTS: jsonOf(
    EventsSetting,
    'is not a JSON object of {"endpoint"}, with an https address, and "kind", "key", "types", "content" as docs/settings.md has them',
  ).optional(),
  DOMICILE_LOGS: jsonOf(
    LogsSetting,
    'is not a JSON object of {"endpoint", "ruleId"}, with an https address, and "retentionDays", "purge" as docs/settings.md has them',
  ).optional(),
  DOMICILE_HOP_KEY: z.string().optional(),
  DOMICILE_MAIL: settingsOf(MailSettingsShape).optional(),
  DOMICILE_GATEWAY_SECRETS: SharedSecrets.default([]),
  DOMICILE_SMS: settingsOf(SmsSettingsShape).optional(),
  DOMICILE_SMS_SECRETS: SharedSecrets.default([]),
  DOMICILE_CALLING: settingsOf(CallingSettingsShape).optional(),
  DOMICILE_CALLING_SECRETS: SharedSecrets.default([]),
  DOMICILE_PHONE_NUMBERS: jsonOf(
    InventorySetting,
    'is not a JSON list of {"country", "type", "calling", "sms", "numbers"} as docs/phone-numbers.md has them, each number once',
  ).optional(),
  DOMICILE_REALTIME: LiveSetting.default('longpoll'),
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
  DOMICILE_READ_MEMORY_MIB: wholeNumber(0, 1_024).default(64),
  DOMICILE_EMULATOR: z.enum(['0', '1'], 'is 0 or 1').default('0'),
  DOMICILE_CLOCK_OFFSET_MS: z.coerce.number('is not a whole number').int('is not a whole number').default(0),
});

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param isEmulatorsOwn whether the emulator has started this process: nobody else may use its public secret
 * @throws {Error} one sentence a wrong setting, all of them; never their values
 */
export function readConfig(environment: Environment, isEmulatorsOwn = isStartedByEmulator()): Config {
  const problems = new SettingProblems(environment);
  const { whole: settings, right } = problems.parse(Settings);
  const isEmulator = environment['DOMICILE_EMULATOR'] === '1';
  // What the schema does not look into is read whether or not it has found something.
  const storage = problems.read('AzureWebJobsStorage', () => readStorageSettings(environment));
  const master = right.DOMICILE_MASTER_SECRET;
  const current = master === undefined ? undefined : Buffer.from(master, 'base64');
  const masterSecrets = problems.read('DOMICILE_RETIRED_MASTER_SECRETS', () => secretsOf(right));
  // Where keys that sign are derived, they stay when the master secret is replaced, as they do where they are set.
  const first = masterSecrets?.get(rootVersion) ?? current;
  const tokenKey = problems.read('DOMICILE_TOKEN_KEY', () => tokenKeyOf(environment, isEmulator, first));
  const retiredTokenKeys = problems.read('DOMICILE_RETIRED_TOKEN_KEYS', () =>
    readRetiredKeys(environment['DOMICILE_RETIRED_TOKEN_KEYS'] ?? ''),
  );
  const callbackKey = problems.read('DOMICILE_CALLBACK_KEY', () => ({
    make: callbackKeyOf(environment['DOMICILE_CALLBACK_KEY'], isEmulator, first),
  }));
  const retiredCallbackKeys = problems.read('DOMICILE_RETIRED_CALLBACK_KEYS', () =>
    readRetiredKeys(environment['DOMICILE_RETIRED_CALLBACK_KEYS'] ?? '', 'Retired callback key', 'RS256'),
  );
  const hopKey = problems.read('DOMICILE_HOP_KEY', () => ({ key: hopKeyOf(environment, isEmulator, first) }));
  if (!isEmulatorsOwn) {
    refuseWellKnown(problems, {
      DOMICILE_MASTER_SECRET: () => [current],
      DOMICILE_RETIRED_MASTER_SECRETS: () =>
        retiredSecrets(right.DOMICILE_RETIRED_MASTER_SECRETS).map(([, secret]) => secret),
      DOMICILE_TOKEN_KEY: () => [environment['DOMICILE_TOKEN_KEY'] === undefined ? undefined : tokenKey],
      DOMICILE_RETIRED_TOKEN_KEYS: () => retiredTokenKeys ?? [],
      DOMICILE_HOP_KEY: () => [environment['DOMICILE_HOP_KEY'] === undefined ? undefined : hopKey?.key],
      DOMICILE_PEERS: () => peerKeys(right.DOMICILE_PEERS),
      DOMICILE_CALLBACK_KEY: () => [
        environment['DOMICILE_CALLBACK_KEY'] === undefined ? undefined : callbackKey?.make?.(),
      ],
      DOMICILE_RETIRED_CALLBACK_KEYS: () => retiredCallbackKeys ?? [],
    });
  }
  problems.read('DOMICILE_SMS_SECRETS', () =>
    requireSecret(
      'DOMICILE_SMS_SECRETS',
      'Texts that leave are signed with it',
      right.DOMICILE_SMS,
      right.DOMICILE_SMS_SECRETS,
    ),
  );
  problems.read('DOMICILE_CALLING_SECRETS', () =>
    requireSecret(
      'DOMICILE_CALLING_SECRETS',
      'Commands to a media server are signed with it',
      right.DOMICILE_CALLING,
      right.DOMICILE_CALLING_SECRETS,
    ),
  );
  const entra = problems.read('Entra ID', () => ({ read: readEntraSettings(right, isEmulator) }));
  if (storage !== undefined) {
    problems.read('DOMICILE_EMULATOR', () => refuseEmulator(environment, storage));
  }
  problems.throwIfAny();
  if (
    settings === undefined ||
    storage === undefined ||
    first === undefined ||
    masterSecrets === undefined ||
    tokenKey === undefined ||
    retiredTokenKeys === undefined ||
    retiredCallbackKeys === undefined
  ) {
    throw new Error('A setting is missing, and nobody said which.');
  }
  return {
    geography: settings.DOMICILE_GEOGRAPHY,
    storage,
    masterSecrets,
    tokenKey,
    retiredTokenKeys: [...retiredTokenKeys, ...(isEmulator ? [formerEmulatorKey(first)] : [])],
    callbackKey: callbackKey?.make,
    retiredCallbackKeys,
    defaultResource: settings.DOMICILE_DEFAULT_RESOURCE,
    domain: settings.DOMICILE_DOMAIN,
    world: { peers: settings.DOMICILE_PEERS, hosts: settings.DOMICILE_HOSTS },
    hopKey: hopKey?.key,
    frontEnd: settings.DOMICILE_FRONT_END,
    limits: settings.DOMICILE_LIMITS,
    mail: settings.DOMICILE_MAIL,
    phoneNumbers: settings.DOMICILE_PHONE_NUMBERS,
    gatewaySecrets: settings.DOMICILE_GATEWAY_SECRETS,
    sms: settings.DOMICILE_SMS,
    smsSecrets: settings.DOMICILE_SMS_SECRETS,
    calling: settings.DOMICILE_CALLING,
    callingSecrets: settings.DOMICILE_CALLING_SECRETS,
    privacyKeys: new Set(
      (['primary', 'secondary'] as const).filter((slot) => settings.DOMICILE_PRIVACY_KEYS.includes(slot)),
    ),
    entra: entra?.read,
    live: liveConfig(settings.DOMICILE_REALTIME, environment['AzureWebJobsStorage__clientId']),
    events: eventsConfig(settings.DOMICILE_EVENTS, environment['AzureWebJobsStorage__clientId']),
    logs: logsConfig(settings.DOMICILE_LOGS, environment['AzureWebJobsStorage__clientId']),
    isEmulator,
    receiptLifeMs: settings.DOMICILE_RECEIPT_DAYS * 24 * 60 * 60_000,
    readMemoryBytes: settings.DOMICILE_READ_MEMORY_MIB * 1_048_576,
    clockOffsetMs: isEmulator ? settings.DOMICILE_CLOCK_OFFSET_MS : 0,
  };
}

function isDeployed(environment: Environment, { endpoints }: StorageSettings): boolean {
  return !isLoopback(endpoints.table) || environment['WEBSITE_INSTANCE_ID'] !== undefined;
}

function refuseEmulator(environment: Environment, storage: StorageSettings): void {
  if (environment['DOMICILE_EMULATOR'] === '1' && isDeployed(environment, storage)) {
    throw new Error('DOMICILE_EMULATOR is for the emulator only. Remove it from the settings of a deployed app.');
  }
}

/**
 * In the emulator each geography has another one, as in a deployment: one's keys do not verify what another signed.
 *
 * @returns undefined when it would be made of a secret that is wrong itself
 */
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
    return masterSecret && deriveSigningKey(masterSecret, tokenKeyPurpose(environment['DOMICILE_GEOGRAPHY'] ?? ''));
  }
  throw new Error(
    'DOMICILE_TOKEN_KEY is missing. Set a P-256 private key, for example from: openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt',
  );
}

/** All geographies of an emulator had this one once: what was signed then, in a folder that is kept, stays good. */
function formerEmulatorKey(masterSecret: Buffer): KeyObject {
  return createPublicKey(deriveSigningKey(masterSecret, formerTokenKeyPurpose));
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
  return isEmulator && masterSecret !== undefined ? () => deriveRsaKey(masterSecret, callbackKeyPurpose) : undefined;
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
    return masterSecret && deriveSigningKey(masterSecret, hopKeyPurpose(environment['DOMICILE_GEOGRAPHY'] ?? ''));
  }
  const peers = environment['DOMICILE_PEERS']?.trim() ?? '{}';
  if (/^\{\s*\}$/.test(peers)) {
    return undefined;
  }
  throw new Error(
    'DOMICILE_HOP_KEY is missing, but DOMICILE_PEERS names other geographies. Set a P-256 private key, made like DOMICILE_TOKEN_KEY, and give its public half to them.',
  );
}

function peerKeys(peers: PeerSettings = {}): KeyObject[] {
  return Object.values(peers).flatMap(({ keys }) => keys.map((key) => createPublicKey({ key, format: 'jwk' })));
}

/**
 * @returns undefined when it cannot be told, because one of them or the version is wrong
 * @throws {Error} when two have one version, or the first is not there
 */
function secretsOf(settings: Partial<z.output<typeof Settings>>): ReadonlyMap<number, Buffer> | undefined {
  const { DOMICILE_MASTER_SECRET: current, DOMICILE_MASTER_SECRET_VERSION: version } = settings;
  if (current === undefined || version === undefined || !('DOMICILE_RETIRED_MASTER_SECRETS' in settings)) {
    return undefined;
  }
  const all: [number, Buffer][] = [
    ...retiredSecrets(settings.DOMICILE_RETIRED_MASTER_SECRETS),
    [version, Buffer.from(current, 'base64')],
  ];
  const secrets = new Map(all);
  if (secrets.size < all.length) {
    throw new Error('DOMICILE_RETIRED_MASTER_SECRETS has a version twice, or that of the current secret.');
  }
  if (Math.max(...secrets.keys()) !== version) {
    throw new Error('DOMICILE_RETIRED_MASTER_SECRETS has a version that comes after DOMICILE_MASTER_SECRET_VERSION.');
  }
  if (!secrets.has(rootVersion)) {
    throw new Error(
      `DOMICILE_RETIRED_MASTER_SECRETS lacks version ${rootVersion}. What is kept as keyed hashes follows from it, such as who must get no mail, so it stays for ever.`,
    );
  }
  return secrets;
}

function retiredSecrets(text: string | undefined): [number, Buffer][] {
  return (text?.split(',') ?? []).map((pair) => {
    const colon = pair.indexOf(':');
    return [Number(pair.slice(0, colon)), Buffer.from(pair.slice(colon + 1), 'base64')];
  });
}
