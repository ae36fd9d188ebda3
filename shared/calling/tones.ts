// Keys of a phone: listening to them all the time, and sending them.
import { askCall, type CallAnswer, requirePresent, taskOf } from './ask-call.js';
import type { Asked, CallingParts } from './calling-parts.js';
import type { Tone } from './media-orders.js';
import { results } from './results.js';

type AskedOfSomebody = Asked & { readonly who: string };

export async function listenToTones(parts: CallingParts, asked: AskedOfSomebody): Promise<CallAnswer<void>> {
  const { who, context, callbackUri } = asked;
  return askCall(parts, asked, ({ step, connection }) => {
    requirePresent(step, who);
    const listening = {
      who,
      sequence: 0,
      ...(context !== undefined && { context }),
      ...(callbackUri !== undefined && { callbackUri }),
    };
    const tones = connection.tones.filter((each) => each.who !== who);
    step.setConnection(connection.id, { tones: [...tones, listening] });
    step.order({ do: 'listen-to-tones', who });
  });
}

export async function ignoreTones(parts: CallingParts, asked: AskedOfSomebody): Promise<CallAnswer<void>> {
  const { who } = asked;
  return askCall(parts, asked, ({ step, connection }) => {
    requirePresent(step, who);
    const listening = connection.tones.find((each) => each.who === who);
    if (listening === undefined) {
      return;
    }
    step.setConnection(connection.id, { tones: connection.tones.filter((each) => each !== listening) });
    const isHeardByOthers = step.call.connections.some(
      ({ id, tones }) => id !== connection.id && tones.some((each) => each.who === who),
    );
    if (!isHeardByOthers) {
      step.order({ do: 'ignore-tones', who });
    }
    const { context = listening.context, callbackUri = listening.callbackUri } = asked;
    step.raise(step.connection(connection.id), 'ContinuousDtmfRecognitionStopped', {
      context,
      to: callbackUri,
      result: results.done,
    });
  });
}

export async function sendTones(
  parts: CallingParts,
  asked: AskedOfSomebody & { readonly tones: readonly Tone[] },
): Promise<CallAnswer<void>> {
  const { who, tones } = asked;
  return askCall(parts, asked, ({ step, isRepeated }) => {
    if (isRepeated) {
      return;
    }
    requirePresent(step, who);
    const task = taskOf(step, 'send-tones', asked, { who });
    step.begin(task);
    step.order({ do: 'send-tones', task: task.id, who, tones });
  });
}
