// What a capability declares of itself: here, what a test can do to it in the emulator.
import type { z } from 'zod';

/** What a test can do to a capability in the emulator. It never exists in a deployed app. */
export interface StageAction<Input = unknown> {
  /** Lower-case words with hyphens, unique within its capability: `inbound-message`. */
  readonly name: string;
  /** One sentence for people. */
  readonly summary: string;
  readonly input: z.ZodType<Input>;
  /** Answers what becomes JSON. `resource` is the name of the resource it is done to. */
  run(input: Input, where: { readonly resource: string }): Promise<unknown>;
}

/**
 * Declares an action; checks its types and puts them away.
 *
 * The input has been checked against its schema when it arrives; no input at all is an empty object. A `Fault` that is
 * thrown reaches whoever asked, with its code, status and message.
 *
 * @example
 * export const inboundMessage = (inbox: Inbox) =>
 *   stageAction({
 *     name: 'inbound-message',
 *     summary: 'Somebody sends a text message to a number of the resource.',
 *     input: z.strictObject({ from: phoneNumber, to: phoneNumber, text: z.string().max(2_048) }),
 *     run: async ({ from, to, text }, { resource }) => ({ id: await inbox.receive(resource, from, to, text) }),
 *   });
 */
export function stageAction<Input>(action: StageAction<Input>): StageAction {
  return action;
}
