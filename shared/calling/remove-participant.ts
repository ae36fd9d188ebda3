// Somebody is in a call no more.
import type { CallStep } from './call-step.js';
import { results } from './results.js';

/** They are there no more; what was asked of them is over. */
export function removeParticipant(step: CallStep, who: string): void {
  step.set({ participants: step.call.participants.filter(({ rawId }) => rawId !== who) });
  step.tellFollowers('left', who);
  for (const task of step.call.tasks.filter((each) => each.who === who && each.kind === 'recognise')) {
    step.finish(task.id);
    step.raiseFor(task, 'RecognizeFailed', results.unavailable);
  }
  for (const { id, tones } of step.call.connections) {
    if (tones.some((each) => each.who === who)) {
      step.setConnection(id, { tones: tones.filter((each) => each.who !== who) });
    }
  }
  step.tellParticipants();
}
