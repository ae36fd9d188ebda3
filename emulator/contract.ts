// What `startEmulator` promises: the same object serves the command line, the ready file and test suites.
import type { GeographySlug } from '../shared/geography/index.js';

/**
 * How often operations may be called: `open` stops only abuse, `acs` has exactly the figures of Azure Communication
 * Services; or own figures: by name of a budget the rates that replace those of `base` (default `open`).
 *
 * @example { base: 'acs', 'chat.changeMessages': [{ per: 'thread', count: 2, window: '10s' }] }
 */
export type EmulatorLimits = 'open' | 'acs' | Readonly<Record<string, 'open' | 'acs' | readonly EmulatorRate[]>>;

/** At most `count` calls in any window of this length, of whom or of what `per` names. */
export interface EmulatorRate {
  /** `resource`, or what the entry can be counted by: `user`, `thread`, `userAndThread`; a wrong name gets the list. */
  readonly per: string;
  readonly count: number;
  readonly window: '10s' | '30s' | '1m' | '1h' | '1d' | '7d';
}

/** `websocket`: as Azure Web PubSub does it. `longpoll`: as the function app does it alone. `off`: not at all. */
export type RealTime = 'websocket' | 'longpoll' | 'off';

export interface EmulatorOptions {
  /** Which geographies to run; default `['europe', 'unitedstates']`. */
  readonly geographies?: readonly GeographySlug[];
  /**
   * First port: the control plane takes it, resources follow in the order of the geographies, one port each.
   * 0 takes any free ports. Default 7400 on the command line, 0 in the library.
   */
  readonly port?: number;
  /** Folder for everything that is kept; default `.domicile` in the current folder. Ignored when ephemeral. */
  readonly data?: string;
  /** Keep everything in memory; nothing is left on disk, but for the certificates in `~/.acs-domicile`. */
  readonly ephemeral?: boolean;
  /** Written atomically, last, when everything answers; removed when it stops. */
  readonly readyFile?: string;
  /** Function app processes per geography, to test scaled-out behaviour; default 1. The first has the well-known ports. */
  readonly instances?: number;
  /**
   * More names for this machine, which are answered and which its certificate is to hold for: how a container or a phone
   * calls it. Other names than these, those of loopback and of the host of a container are refused. `ready.ca` names the CA
   * certificate that vouches for them.
   *
   * @example ['host.docker.internal', '10.0.2.2']
   */
  readonly hostNames?: readonly string[];
  /**
   * Origins of web pages that may use the resources, beside those of this machine; `*` for all. Others are refused.
   *
   * @example ['https://app.example:8443']
   */
  readonly allowedOrigins?: readonly string[];
  /**
   * Hosts to which events may be delivered, beside this machine; `*` for all. Never a link-local address, nor one by which
   * a machine tells who it is.
   *
   * @example ['host.docker.internal']
   */
  readonly eventHosts?: readonly string[];
  /**
   * A mail server of this machine, such as one with a page to look at mail, that gets every mail too: `localhost:1025`.
   * What becomes of a mail there counts.
   */
  readonly smtpRelay?: string;
  /** Take mail by SMTP too, and bounces; default true. */
  readonly smtp?: boolean;
  /** Hand request paths to the functions re-encoded, as Azure's front end does; default false. */
  readonly reencodePaths?: boolean;
  /** Act as if the master secret had been replaced: how many there are, the last is the current one; default 1. */
  readonly masterSecrets?: number;
  /** How chat clients are told at once of what happens; default `websocket`. */
  readonly realtime?: RealTime;
  /** Rate limits; default `open`. */
  readonly limits?: EmulatorLimits;
  /** Where progress and warnings go; default nowhere. */
  readonly log?: (line: string) => void;
  /** Which requests get a line of `log`: all, those that were refused or failed, or none; default `off`. */
  readonly requestLog?: 'requests' | 'errors' | 'off';
}

/** The content of the ready file. */
export interface ReadyFile {
  readonly version: string;
  readonly pid: number;
  /** Path of the CA certificate, PEM. */
  readonly ca: string;
  /** Base address of the control plane, `https://localhost:{port}`. */
  readonly control: string;
  /** Base address of the management API: the first geography's function app, which passes on what concerns another. */
  readonly management: string;
  /** Application with every right, for `ClientSecretCredential` of `@azure/identity` and its like. */
  readonly entra: EntraApplication;
  /** Application that may only look at resources. */
  readonly entraReader: EntraApplication;
  /** Users of the tenant; they sign in through the application of `entra`. */
  readonly entraUsers: readonly EntraUser[];
  readonly geographies: Readonly<Record<string, ReadyGeography>>;
  readonly resources: readonly EmulatorResource[];
}

/** An application registered with the emulator's stand-in for Entra ID. */
export interface EntraApplication {
  /** `https://localhost:{port}`; clients need the CA, and `disableInstanceDiscovery`. */
  readonly authorityHost: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface EntraUser {
  readonly username: string;
  readonly password: string;
  readonly objectId: string;
}

export interface ReadyGeography {
  readonly dataLocation: string;
  /** Base address of the geography's function app. */
  readonly app: string;
  /** Connection string of the geography's Azurite. */
  readonly storage: string;
  /** Folder of the geography's Azurite; empty when ephemeral. */
  readonly dataFolder: string;
  /** Process id of the (first) function app. */
  readonly pid: number;
  /** Where events of one's own can be published, as with Event Grid: for `EventGridPublisherClient`. */
  readonly events: { readonly endpoint: string; readonly key: string };
  /** Port of localhost at which bounces come in by SMTP, as at the mail server of a bounce domain; absent without SMTP. */
  readonly bouncePort?: number;
}

export interface EmulatorResource {
  readonly name: string;
  readonly geography: GeographySlug;
  /** `https://localhost:{port}`; the SDKs accept it with the CA. */
  readonly endpoint: string;
  /** `http://localhost:{port}`, same port. */
  readonly httpEndpoint: string;
  readonly accessKey: string;
  readonly connectionString: string;
  readonly immutableResourceId: string;
  /** The address that it can send mail from at once: `DoNotReply@...azurecomm.net`. What is sent lies in the mailbox. */
  readonly mailSender: string;
  /** A number that it has at once: it can be called, and sends and gets texts. From a range that is nobody's. */
  readonly phoneNumber: string;
  /** How to send mail from it by SMTP, with STARTTLS; absent without SMTP. */
  readonly smtp?: SmtpAccess;
  /** Endpoints of the further instances of its function app, when more than one was asked for. */
  readonly instanceEndpoints: readonly string[];
}

/** As SMTP clients ask for it. The user name is in the form of ACS: resource, application, tenant. */
export interface SmtpAccess {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  /** The secret of the application, the same for all. */
  readonly password: string;
}

export interface EmulatorClock {
  now(): Promise<Date>;
  /** Moves product time forward by an ISO 8601 duration (`P31D`, `PT90M`) and runs what became due. */
  advance(duration: string): Promise<Date>;
  /** Sets product time and runs what became due. */
  set(instant: string | Date): Promise<Date>;
}

/** What a test can do to a capability, see {@link Emulator.stage}. */
export interface StageActionFacts {
  /** `sms` */
  readonly capability: string;
  /** `inbound-message` */
  readonly action: string;
  /** One sentence. */
  readonly summary: string;
  /** JSON schema of its input. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** To which resource something is done. */
export interface StagePlace {
  /** Default: the first geography. */
  readonly geography?: string | undefined;
  /** Name of a resource of it; default: its default resource. */
  readonly resource?: string | undefined;
}

export interface Emulator {
  readonly ready: ReadyFile;
  readonly resources: readonly EmulatorResource[];
  /** The CA certificate, PEM. */
  readonly caCertificate: string;
  /** Options for any Azure SDK client in this process: trusts the CA. */
  readonly clientOptions: { readonly tlsOptions: { readonly ca: string } };
  readonly clock: EmulatorClock;
  /** Puts other rate limits in force, everywhere; what was used up is forgotten. */
  setLimits(limits: EmulatorLimits): Promise<void>;
  /** Back to the seed: all data gone, clock at real time, rate limits as at the start. */
  reset(): Promise<void>;
  /** Runs a timer or queue function of a geography now; resolves when the jobs that it has started are done too. */
  runFunction(geography: GeographySlug, name: string, input?: unknown): Promise<void>;
  /**
   * Does something to a capability that only the world outside could do: a text message arrives, a mail bounces.
   *
   * @param input as the schema of the action asks for; default `{}`
   * @returns what the action answers, as JSON has it; `null` when it answers nothing
   * @throws {RequestRefused} with status, code and message: no such action, a wrong input, or the action's own error
   * @example await emulator.stage('sms', 'inbound-message', { from: '+4930...', to: '+4940...', text: 'STOP' });
   */
  stage(capability: string, action: string, input?: unknown, place?: StagePlace): Promise<unknown>;
  /** The stage actions that there are. */
  stageActions(): Promise<readonly StageActionFacts[]>;
  /** Stops everything; resolves when every child process is gone. */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
