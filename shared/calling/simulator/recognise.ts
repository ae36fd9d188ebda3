// What the simulator makes of keys and words: the same rules that ACS writes down for its recognition.
// https://learn.microsoft.com/azure/communication-services/concepts/call-automation/recognize-action
import type { MediaEvent, Recognised, TimedMediaEvent } from '../media-events.js';
import type { RecogniseOptions, Tone } from '../media-orders.js';
import type { CallTask } from '../model.js';

/** How sure it is of what it was told word for word. */
const confidence = 0.95;

/** @param task as it is with the key that was pressed now */
export function afterTone({ id, options, tones = [] }: CallTask, now: number): readonly TimedMediaEvent[] {
  const last = tones.at(-1);
  if (options === undefined || last === undefined) {
    return [];
  }
  if (options.input === 'choices') {
    const choice = options.choices?.find((each) => each.tone === last);
    return [choice === undefined ? failed(id, 'not-matched', now) : found(id, choiceOf(choice.label), now)];
  }
  const { maxTones, stopTones = [], interToneSeconds = 2 } = options.dtmf ?? {};
  if (stopTones.includes(last)) {
    return [found(id, { kind: 'tones', tones: tones.slice(0, -1), ended: 'stop-tone' }, now)];
  }
  if (maxTones !== undefined && tones.length >= maxTones) {
    return [found(id, { kind: 'tones', tones, ended: 'max-tones' }, now)];
  }
  // Fewer than were asked for; where no number was, silence is the end of them.
  const later = now + interToneSeconds * 1_000;
  return [
    maxTones === undefined
      ? found(id, { kind: 'tones', tones, ended: 'silence' }, later)
      : failed(id, 'tone-silence', later),
  ];
}

export function afterSpeech({ id, options }: CallTask, text: string, now: number): readonly TimedMediaEvent[] {
  if (options === undefined || options.input === 'dtmf') {
    return [];
  }
  if (options.input !== 'choices') {
    return [found(id, { kind: 'speech', text, confidence }, now)];
  }
  const phrase = withoutPunctuation(text);
  for (const { label, phrases } of options.choices ?? []) {
    const said = phrases.find((each) => withoutPunctuation(each) === phrase);
    if (said !== undefined) {
      return [found(id, { ...choiceOf(label), phrase: said, confidence }, now)];
    }
  }
  return [failed(id, 'not-matched', now)];
}

export function silence(task: string, options: RecogniseOptions, from: number): TimedMediaEvent {
  return failed(task, 'initial-silence', from + options.initialSilenceSeconds * 1_000);
}

const toneOf: Readonly<Record<string, Tone>> = {
  0: 'zero',
  1: 'one',
  2: 'two',
  3: 'three',
  4: 'four',
  5: 'five',
  6: 'six',
  7: 'seven',
  8: 'eight',
  9: 'nine',
  '#': 'pound',
  '*': 'asterisk',
  A: 'a',
  B: 'b',
  C: 'c',
  D: 'd',
};

/** Of the keys of a phone, as one writes them: `123#`. */
export function tonesOf(keys: string): readonly Tone[] {
  return [...keys.toUpperCase()].flatMap((key) => toneOf[key] ?? []);
}

function found(task: string, result: Recognised, at: number): TimedMediaEvent {
  return { at, event: { is: 'recognised', task, result } };
}

function failed(
  task: string,
  reason: Extract<MediaEvent, { readonly is: 'not-recognised' }>['reason'],
  at: number,
): TimedMediaEvent {
  return { at, event: { is: 'not-recognised', task, reason } };
}

function choiceOf(label: string) {
  return { kind: 'choice', label } as const;
}

function withoutPunctuation(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\p{P}\s]+/gu, ' ')
    .trim();
}
