// What a test can do with the phones of the emulator: every number has one.
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { findCode } from '../../shared/email/index.js';
import { Fault } from '../../shared/http/index.js';
import {
  isNumber,
  type Phone,
  type PhoneText,
  receiveText,
  type ReceiveParts,
  reportFromCarrier,
  type ReportParts,
  segmentsOf,
  smsFaults,
  smsLimits,
} from '../../shared/sms/index.js';
import { toSeconds } from '../../shared/time/instant.js';
import { type StageAction, stageAction } from '../capability.js';
import type { Foundation } from '../foundation.js';

const lookAgainMs = 50;
const PhoneNumber = z.string().refine(isNumber, 'is no number in E.164, such as +14255550100');
const Filter = {
  number: PhoneNumber.optional(),
  from: z.string().max(64).optional(),
  text: z.string().max(1_000).optional(),
};
const Reply = z.strictObject({
  number: PhoneNumber,
  to: PhoneNumber.optional(),
  text: z.string().min(1).max(smsLimits.maxInboundCharacters),
});

export interface PhoneStageParts {
  readonly phone: Phone;
  readonly reports: ReportParts;
  readonly receive: ReceiveParts;
  /** Immutable id of a resource by its name. */
  resourceIdOf(name: string): Promise<string>;
}

export function phoneStage(
  { clock, ids }: Pick<Foundation, 'clock' | 'ids'>,
  { phone, reports, receive, resourceIdOf }: PhoneStageParts,
): readonly StageAction[] {
  /** To the number that has written to it last, unless another is named. */
  const answer = async (resource: string, number: string, named: string | undefined, text: string) => {
    const last = named === undefined ? await phone.newest(await resourceIdOf(resource), { number }) : undefined;
    const to = named ?? requireFound(last).from;
    const messageId = await receiveText(receive, { id: ids.uuid(), from: number, to, text });
    return { messageId: requireFound(messageId, smsFaults.notReachable), to };
  };
  return [
    stageAction({
      name: 'texts',
      summary: 'What phones have received, newest first: all, or one number, from somebody, with words in the text.',
      input: z.strictObject({ ...Filter, limit: z.int().min(1).max(1_000).default(100) }),
      run: async ({ limit, ...filter }, { resource }) => {
        const texts: object[] = [];
        for await (const text of phone.all(await resourceIdOf(resource), filter)) {
          texts.push(render(text));
          if (texts.length === limit) {
            break;
          }
        }
        return { texts };
      },
    }),
    stageAction({
      name: 'wait-for-text',
      summary: 'The newest text that a phone has received; waits until there is one.',
      input: z.strictObject({ ...Filter, seconds: z.number().min(0).max(60).default(10) }),
      run: async ({ seconds, ...filter }, { resource }) => {
        const resourceId = await resourceIdOf(resource);
        const until = clock.monotonic() + seconds * 1_000;
        for (;;) {
          const text = await phone.newest(resourceId, filter);
          if (text !== undefined || clock.monotonic() >= until) {
            return render(requireFound(text));
          }
          await wait(lookAgainMs);
        }
      },
    }),
    stageAction({
      name: 'last-code',
      summary: 'The code to type in, of the newest text that a phone has received.',
      input: z.strictObject(Filter),
      run: async (filter, { resource }) => {
        const { id, text } = requireFound(await phone.newest(await resourceIdOf(resource), filter));
        return { id, code: requireFound(findCode({ text, html: undefined }), smsFaults.noCode) };
      },
    }),
    stageAction({
      name: 'reply',
      summary: 'Somebody sends a text to a number of the resource: to the one that wrote last, or another.',
      input: Reply,
      run: ({ number, to, text }, { resource }) => answer(resource, number, to, text),
    }),
    stageAction({
      name: 'stop',
      summary: 'Somebody answers STOP, and gets no more texts of that number.',
      input: Reply.omit({ text: true }),
      run: ({ number, to }, { resource }) => answer(resource, number, to, 'STOP'),
    }),
    stageAction({
      name: 'report',
      summary: 'Reports what became of a text that was sent to +15005550001, which nobody reports on.',
      input: z.strictObject({
        messageId: z.string().max(128),
        status: z.enum(['delivered', 'failed', 'expired', 'rejected', 'unknown']).default('delivered'),
        code: z.string().max(64).optional(),
      }),
      run: async ({ messageId: id, ...report }) => {
        requireFound((await reportFromCarrier(reports, { id, ...report })) || undefined, smsFaults.noText);
        return {};
      },
    }),
    stageAction({
      name: 'clear-phone',
      summary: 'Removes what a phone, or every phone, has received.',
      input: z.strictObject({ number: PhoneNumber.optional() }),
      run: async (filter, { resource }) => {
        const resourceId = await resourceIdOf(resource);
        let cleared = 0;
        for await (const { id } of phone.all(resourceId, filter)) {
          await phone.remove(resourceId, id);
          cleared += 1;
        }
        return { cleared };
      },
    }),
  ];
}

function requireFound<Value>(value: Value | undefined, fault = smsFaults.noText): Value {
  if (value === undefined) {
    throw new Fault(fault);
  }
  return value;
}

function render({ id, messageId, from, to, text, receivedOn }: PhoneText) {
  const { count: segments, encoding } = segmentsOf(text);
  return { id, messageId, from, to, text, segments, encoding, receivedOn: toSeconds(receivedOn) };
}
