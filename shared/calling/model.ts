// A call in our own words. It is one document, kept while the call lives and no longer: who is in it, which applications
// control it, what is under way in it. Plain JSON throughout; times are product ms; people are raw ids.
import type { CallEvent } from './call-event.js';
import type { CallNews } from './call-news.js';
import type { TimedMediaEvent } from './media-events.js';
import type { MediaCommand, RecogniseOptions, Tone } from './media-orders.js';

/** As ACS names them. */
export type ConnectionState =
  | 'unknown'
  | 'connecting'
  | 'connected'
  | 'transferring'
  | 'transferAccepted'
  | 'disconnecting'
  | 'disconnected';

/** How a call came about. A group and a room are there by their name, as soon as somebody connects. */
export type CallOrigin = 'outgoing' | 'incoming' | 'group' | 'room';

export interface Call {
  /** 16 hex digits: the first half of the id of each of its connections, and its partition. */
  readonly key: string;
  /** Immutable id of the resource. */
  readonly resourceId: string;
  readonly origin: CallOrigin;
  readonly correlationId: string;
  /** Base64 of an address: what ACS calls the server call id. */
  readonly serverCallId: string;
  readonly createdOn: number;
  /** When somebody was there who has answered; undefined before. */
  readonly startedOn?: number;
  /** No call lives longer. */
  readonly endsAt: number;
  /** An incoming call that nobody has answered, redirected or rejected. */
  readonly offer?: Offer;
  readonly connections: readonly Connection[];
  readonly participants: readonly Participant[];
  readonly tasks: readonly CallTask[];
  /** Numbers the events about participants. */
  readonly sequence: number;
  /** Ids of the recordings that go on, as whoever records names them; see call-news.ts. */
  readonly followers: readonly string[];
  /** What the media plane has said will happen by itself, in the order of its time. */
  readonly foreseen: readonly TimedMediaEvent[];
  /** When the media plane was heard last, or we have told it anything. */
  readonly heardOn: number;
  /** What has not left the document yet: it is handed on in this order, behind the commit, and taken out then. */
  readonly pending: readonly Pending[];
  /** What the media plane is to be told and has not been told yet, in this order. */
  readonly orders: readonly MediaCommand[];
  /** Short hashes of the requests that were taken lately: one that comes again is not done again. */
  readonly taken: readonly string[];
  /** The call is over: what is pending is handed on, then nothing of it is left. */
  readonly isOver: boolean;
}

export type Pending =
  | { readonly kind: 'event'; readonly event: CallEvent }
  | { readonly kind: 'news'; readonly news: CallNews };

/** Somebody calls, and an application is asked what to do. */
export interface Offer {
  /** Stands in the context that the application hands back: good once. */
  readonly nonce: string;
  readonly from: string;
  readonly to: string;
  readonly displayName: string;
  readonly until: number;
}

/** An application in a call. */
export interface Connection {
  /** A guid whose first 16 hex digits are the key of the call. */
  readonly id: string;
  readonly state: ConnectionState;
  /** Where its events go. */
  readonly callbackUri: string;
  readonly context?: string;
  /** That it was made with: events are written as this version has them. */
  readonly apiVersion: string;
  readonly source?: string;
  readonly callerNumber?: string;
  readonly displayName: string;
  readonly targets: readonly string[];
  readonly answeredBy?: string;
  /** There is one: who recognises speech and speaks text. */
  readonly cognitiveEndpoint?: string;
  readonly streaming?: StreamSubscription;
  readonly transcription?: TranscriptSubscription;
  /** Whose keys it listens to all the time. */
  readonly tones: readonly ToneSubscription[];
}

export interface StreamSubscription {
  readonly id: string;
  readonly state: 'inactive' | 'active';
  readonly transportUrl: string;
  readonly channels: 'mixed' | 'unmixed';
  readonly format: 'pcm16KMono' | 'pcm24KMono';
  readonly isBidirectional: boolean;
  readonly hasTones: boolean;
}

export interface TranscriptSubscription {
  readonly id: string;
  readonly state: 'inactive' | 'active';
  readonly transportUrl: string;
  readonly locale: string;
  readonly modelEndpointId?: string;
  readonly hasIntermediate: boolean;
}

export interface ToneSubscription {
  readonly who: string;
  readonly sequence: number;
  readonly context?: string;
  readonly callbackUri?: string;
}

export interface Participant {
  readonly rawId: string;
  /** `ringing` until they have answered; only those who are `in` are listed. */
  readonly state: 'ringing' | 'in';
  readonly isMuted: boolean;
  readonly isOnHold: boolean;
  /** An application, under the identity that it has named: no person, and the call does not go on for it alone. */
  readonly isApplication?: true;
}

/** What a connection has asked for and waits for: each ends with one event. */
export interface CallTask {
  /** Random; also the invitation id of somebody who is added. */
  readonly id: string;
  readonly kind: TaskKind;
  /** Id of the connection. */
  readonly connection: string;
  readonly context?: string;
  /** In place of that of the connection. */
  readonly callbackUri?: string;
  readonly who?: string;
  /** Of a transfer: who is handed over. */
  readonly transferee?: string;
  /** Of a move: id of the connection whose call they come from. */
  readonly fromCall?: string;
  /** Of a recognition: what is listened to, and the keys that were heard. */
  readonly options?: RecogniseOptions;
  readonly tones?: readonly Tone[];
  /** Of a recognition: until when its prompt is played. */
  readonly listensFrom?: number;
  /** Of a stream. */
  readonly stream?: string;
}

export type TaskKind =
  | 'add'
  | 'move'
  | 'transfer'
  | 'play'
  | 'recognise'
  | 'send-tones'
  | 'start-stream'
  | 'stop-stream'
  | 'start-transcript'
  | 'update-transcript'
  | 'stop-transcript';
