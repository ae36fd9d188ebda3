// Playing something, listening for an answer, and ending either.
import { Fault } from '../http/index.js';
import { askCall, type CallAnswer, requirePresent, taskOf } from './ask-call.js';
import type { Asked, CallingParts } from './calling-parts.js';
import type { CallStep } from './call-step.js';
import { callFaults } from './faults.js';
import type { PlaySource, RecogniseOptions } from './media-orders.js';
import type { Connection } from './model.js';
import { results } from './results.js';

export interface PlayMedia extends Asked {
  readonly sources: readonly PlaySource[];
  /** Empty: all. */
  readonly to: readonly string[];
  readonly isLoop: boolean;
  /** What goes on is ended for it; else it comes behind that. */
  readonly interrupts: boolean;
}

export async function playMedia(parts: CallingParts, asked: PlayMedia): Promise<CallAnswer<void>> {
  const { sources, to, isLoop, interrupts } = asked;
  requireSources(parts, sources);
  return askCall(parts, asked, ({ step, connection }) => {
    requireVoice(connection, sources);
    for (const who of to) {
      requirePresent(step, who);
    }
    if (interrupts) {
      cancelAll(step);
    }
    const task = taskOf(step, 'play', asked);
    step.begin(task);
    step.order({ do: 'play', task: task.id, sources, to, isLoop });
  });
}

export interface RecogniseMedia extends Asked {
  readonly who: string;
  readonly options: RecogniseOptions;
  readonly interrupts: boolean;
}

export async function recogniseMedia(parts: CallingParts, asked: RecogniseMedia): Promise<CallAnswer<void>> {
  const { who, options, interrupts } = asked;
  requireSources(parts, options.prompts);
  return askCall(parts, asked, ({ step, connection }) => {
    requireVoice(connection, options.prompts, options.input !== 'dtmf');
    requirePresent(step, who);
    if (interrupts) {
      cancelAll(step);
    } else if (step.call.tasks.some(({ kind, who: other }) => kind === 'recognise' && other === who)) {
      throw new Fault(callFaults.mediaBusy);
    }
    const task = taskOf(step, 'recognise', asked, { who, options });
    step.begin(task);
    step.order({ do: 'recognise', task: task.id, who, options });
  });
}

export async function cancelMedia(parts: CallingParts, asked: Asked): Promise<CallAnswer<void>> {
  return askCall(parts, asked, ({ step }) => cancelAll(step));
}

/** Plays and recognitions, whoever has asked for them. */
function cancelAll(step: CallStep): void {
  const going = step.call.tasks.filter(({ kind }) => kind === 'play' || kind === 'recognise');
  if (going.length === 0) {
    return;
  }
  step.order({ do: 'cancel', tasks: going.map(({ id }) => id) });
  for (const task of going) {
    step.finish(task.id);
    step.raiseFor(task, task.kind === 'play' ? 'PlayCanceled' : 'RecognizeCanceled', results.operationCancelled);
  }
}

function requireSources({ mayGoTo }: Pick<CallingParts, 'mayGoTo'>, sources: readonly PlaySource[]): void {
  for (const source of sources) {
    if (source.kind === 'file' && !mayGoTo(source.uri, 'http')) {
      throw new Fault(callFaults.invalid, { message: 'The field Uri of a file source is invalid.' });
    }
  }
}

/** Text is spoken, and speech understood, by a service that the application names. */
function requireVoice({ cognitiveEndpoint }: Connection, sources: readonly PlaySource[], listens = false): void {
  const speaks = sources.some(({ kind }) => kind !== 'file');
  const needs = speaks || listens;
  if (needs && cognitiveEndpoint === undefined) {
    throw new Fault(callFaults.noCognitiveServices);
  }
}
