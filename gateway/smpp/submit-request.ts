// What the app asks for, as the contract between it and its carriers has it.
import { z } from 'zod';
import { maxMessagesAtOnce, maxTextUnits } from './limits.js';

const Message = z.object({
  id: z.string().min(1).max(200),
  from: z.string().regex(/^(\+?\d{1,20}|[\x20-\x7e]{1,20})$/),
  to: z.string().regex(/^\+?\d{1,20}$/),
  text: z.string().min(1).max(maxTextUnits),
  reportWanted: z.boolean().default(false),
  validForSeconds: z.int().min(1).optional(),
  attempt: z.int().min(1).default(1),
});

const SubmitRequest = z.object({ messages: z.array(Message).min(1).max(maxMessagesAtOnce) });

export type SubmitRequest = z.output<typeof SubmitRequest>;
export type RequestedMessage = SubmitRequest['messages'][number];

/** @returns undefined when it is none; what is wrong with it is not said, because it may quote what it holds */
export function readSubmitRequest(body: Buffer): SubmitRequest | undefined {
  try {
    return SubmitRequest.safeParse(JSON.parse(body.toString())).data;
  } catch {
    return undefined;
  }
}
