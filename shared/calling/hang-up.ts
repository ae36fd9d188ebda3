// An application leaves a call, or ends it for everybody.
import { askCall, type CallAnswer } from './ask-call.js';
import type { Asked, CallingParts } from './calling-parts.js';
import { endCall, leaveCall } from './end-call.js';

export async function hangUp(parts: CallingParts, asked: Asked): Promise<CallAnswer<void>> {
  return askCall(parts, asked, ({ step, connection }) => leaveCall(step, connection), { isEarly: true });
}

export async function terminateCall(parts: CallingParts, asked: Asked): Promise<CallAnswer<void>> {
  return askCall(parts, asked, ({ step }) => endCall(step), { isEarly: true });
}
