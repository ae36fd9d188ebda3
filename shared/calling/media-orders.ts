// What is to be done in one call, as it is told to whoever carries the media.

/** What is to be done in one call. Each has an id of its own; doing it again changes nothing. */
export type MediaCommand = {
  readonly id: string;
  /** When it was given, product ms. */
  readonly at: number;
} & MediaOrder;

export type MediaOrder =
  /** Somebody is invited: `joined`, `declined`, `busy`, `unavailable` or `unanswered` follows, or `left` later. */
  | {
      readonly do: 'ring';
      readonly who: string;
      readonly seconds: number;
      /** Whom they see calling. */
      readonly callerNumber?: string;
      readonly displayName?: string;
      readonly headers?: CallHeaders;
    }
  | { readonly do: 'stop-ringing'; readonly who: string }
  /** An incoming call is taken: whoever calls is `joined`. */
  | { readonly do: 'answer'; readonly who: string }
  | { readonly do: 'reject'; readonly who: string; readonly reason: 'none' | 'busy' | 'forbidden' }
  | { readonly do: 'redirect'; readonly who: string; readonly to: string; readonly headers?: CallHeaders }
  /** They are taken out of the call. */
  | { readonly do: 'drop'; readonly who: string }
  /** They leave this call for another; `joined` is told of that one. */
  | { readonly do: 'move'; readonly who: string; readonly toCall: string }
  /** `transfer-accepted`, `transferred` or `transfer-failed` with the id of the task. */
  | {
      readonly do: 'transfer';
      readonly task: string;
      readonly who: string;
      readonly to: string;
      readonly callerNumber?: string;
      readonly headers?: CallHeaders;
    }
  | { readonly do: 'mute' | 'unmute'; readonly who: string }
  | { readonly do: 'hold'; readonly who: string; readonly task?: string; readonly music?: PlaySource }
  | { readonly do: 'unhold'; readonly who: string }
  /** `play-started`, then `play-ended` or `play-failed`. Empty `to`: all. */
  | {
      readonly do: 'play';
      readonly task: string;
      readonly sources: readonly PlaySource[];
      readonly to: readonly string[];
      readonly isLoop: boolean;
    }
  /** One `recognised` or `not-recognised`. */
  | { readonly do: 'recognise'; readonly task: string; readonly who: string; readonly options: RecogniseOptions }
  /** What was begun with these tasks ends without a word. */
  | { readonly do: 'cancel'; readonly tasks: readonly string[] }
  | { readonly do: 'listen-to-tones' | 'ignore-tones'; readonly who: string }
  /** `tones-sent` or `tones-failed`. */
  | { readonly do: 'send-tones'; readonly task: string; readonly who: string; readonly tones: readonly Tone[] }
  /** `stream-started`, `stream-failed`; `stream-stopped` after the second. */
  | ({ readonly do: 'start-stream' } & StreamOrder)
  | { readonly do: 'stop-stream'; readonly stream: string; readonly connection: string }
  | ({ readonly do: 'start-transcript' } & TranscriptOrder)
  | { readonly do: 'update-transcript'; readonly stream: string; readonly connection: string; readonly locale: string }
  | { readonly do: 'stop-transcript'; readonly stream: string; readonly connection: string }
  | ({ readonly do: 'start-recording' } & RecordOrder)
  | { readonly do: 'pause-recording' | 'resume-recording' | 'stop-recording'; readonly recording: string }
  /** Everybody is disconnected; nothing more is reported of the call. */
  | { readonly do: 'end' };

/** What callers hand on with a call, by name. */
export interface CallHeaders {
  readonly sip: Readonly<Record<string, string>>;
  readonly voip: Readonly<Record<string, string>>;
}

export type PlaySource =
  | { readonly kind: 'file'; readonly uri: string; readonly cacheId?: string }
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly locale?: string;
      readonly voice?: string;
      readonly cacheId?: string;
    }
  | { readonly kind: 'ssml'; readonly ssml: string; readonly cacheId?: string };

export type Tone =
  | 'zero'
  | 'one'
  | 'two'
  | 'three'
  | 'four'
  | 'five'
  | 'six'
  | 'seven'
  | 'eight'
  | 'nine'
  | 'a'
  | 'b'
  | 'c'
  | 'd'
  | 'pound'
  | 'asterisk';

export interface RecogniseOptions {
  readonly input: 'dtmf' | 'speech' | 'speechOrDtmf' | 'choices';
  /** Played first. */
  readonly prompts: readonly PlaySource[];
  /** Keys and words count while it is played, and end it. */
  readonly interruptsPrompt: boolean;
  readonly initialSilenceSeconds: number;
  readonly language?: string;
  readonly modelEndpointId?: string;
  readonly dtmf?: {
    readonly interToneSeconds: number;
    readonly maxTones?: number;
    readonly stopTones: readonly Tone[];
  };
  readonly choices?: readonly { readonly label: string; readonly phrases: readonly string[]; readonly tone?: Tone }[];
  readonly endSilenceMs?: number;
}

export interface StreamOrder {
  /** Id of the subscription. */
  readonly stream: string;
  readonly connection: string;
  readonly transportUrl: string;
  readonly channels: 'mixed' | 'unmixed';
  readonly format: 'pcm16KMono' | 'pcm24KMono';
  readonly isBidirectional: boolean;
  readonly hasTones: boolean;
}

export interface TranscriptOrder {
  readonly stream: string;
  readonly connection: string;
  readonly transportUrl: string;
  readonly locale: string;
  readonly modelEndpointId?: string;
  readonly hasIntermediate: boolean;
}

export interface RecordOrder {
  readonly recording: string;
  readonly content: 'audio' | 'audioVideo';
  readonly channels: 'mixed' | 'unmixed';
  readonly format: 'wav' | 'mp3' | 'mp4';
  /** Raw ids, in the order of their channels. */
  readonly channelOrder: readonly string[];
  readonly isPaused: boolean;
  /** Where chunks are put, and with what; for a media server. */
  readonly upload?: { readonly url: string; readonly token: string };
}
