// Who makes a request, as authentication found out, and what he may do.

/** What a user access token may do; wire names of ACS. */
export const tokenScopes = ['chat', 'chat.join', 'chat.join.limited', 'voip', 'voip.join'] as const;
export type TokenScope = (typeof tokenScopes)[number];

export type KeySlot = 'primary' | 'secondary';

/** What an owner may be allowed: using the services, what concerns persons, and bringing back what has expired. */
export type OwnerRight = 'data' | 'privacy' | 'restore';

/** Acts for the resource: holds an access key of it, or is signed in with Entra ID and has the right. */
export type OwnerCaller = KeyHolder | EntraOwner;

export interface KeyHolder {
  readonly kind: 'owner';
  readonly keySlot: KeySlot;
  /** Of the key that signed: it may be one that only works for a while. */
  readonly keyGeneration: number;
  readonly subject?: undefined;
}

export interface EntraOwner {
  readonly kind: 'owner';
  readonly keySlot?: undefined;
  readonly keyGeneration?: undefined;
  /** Object id or application id of the token that is on the list of the right. */
  readonly subject: string;
}

/** Holds a user access token. */
export interface UserCaller {
  readonly kind: 'user';
  /** Raw id, `8:acs:{resource guid}_{user part}`. */
  readonly rawId: string;
  readonly scopes: ReadonlySet<TokenScope>;
}

/** What somebody may do with the resources of a geography: look at them, or also make, change and delete them. */
export type ManagementRight = 'read' | 'manage';

/** What can be asked for about a geography, and not about one resource. */
export type GeographyRight = ManagementRight | 'privacy';

/** Signed in with Entra ID, for what is about a geography: to manage resources, or to see what outlives them. */
export interface ManagerCaller {
  readonly kind: 'manager';
  /** Object id or application id of the token that is on the list of its right. */
  readonly subject: string;
  readonly subjectType: SubjectType;
}

/** Who stands behind a token; words of Azure Resource Manager. */
export type SubjectType = 'User' | 'Application';

/** A user signed in with Entra ID through one of the applications that may ask for tokens of communication. */
export interface EntraUserCaller {
  readonly kind: 'entraUser';
  /** GUID, lower case. */
  readonly objectId: string;
  /** What the user lets the application do, e.g. `VoIP`. */
  readonly delegated: ReadonlySet<string>;
  /** End of the Entra ID token, real ms. */
  readonly expiresOn: number;
}

/** A machine that reports what happened elsewhere. */
export interface WebhookCaller {
  readonly kind: 'webhook';
  /** Which sender, as the operation names it. */
  readonly from: string;
  /** Object id or application id, when it is signed in with Entra ID; undefined when it shares a secret. */
  readonly subject: string | undefined;
}

/** Holds a token that is good for one call. */
export interface CallCaller {
  readonly kind: 'call';
  readonly callId: string;
  /** Whom the token was issued to; undefined when that does not matter. */
  readonly holder: string | undefined;
}

/** What an Entra ID application or user can be given; each has a list of its own in the settings. */
export type EntraRight = ManagementRight | OwnerRight | 'upstream';

/** Undefined where anybody may ask. */
export type Caller =
  | OwnerCaller
  | UserCaller
  | ManagerCaller
  | EntraUserCaller
  | WebhookCaller
  | CallCaller
  | undefined;
