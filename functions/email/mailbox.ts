// What a test can do with the mailbox of the emulator.
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import {
  checkUnsubscribe,
  emailFaults,
  findCode,
  findLinks,
  type FoundMail,
  type Mailbox,
  type MailboxMail,
  newestMail,
  readMail,
  searchMails,
} from '../../shared/email/index.js';
import { Fault } from '../../shared/http/index.js';
import { toSeconds } from '../../shared/time/instant.js';
import { type StageAction, stageAction } from '../capability.js';
import type { Foundation } from '../foundation.js';

const lookAgainMs = 50;
const Filter = {
  to: z.string().max(320).optional(),
  from: z.string().max(320).optional(),
  subject: z.string().max(1_000).optional(),
  text: z.string().max(1_000).optional(),
};
const Id = z.strictObject({ id: z.string().max(64) });

/** @param resourceIdOf the immutable id of a resource by its name */
export function mailboxStage(
  { clock }: Pick<Foundation, 'clock'>,
  mailbox: Mailbox,
  resourceIdOf: (name: string) => Promise<string>,
): readonly StageAction[] {
  return [
    stageAction({
      name: 'mails',
      summary:
        'The mails of the mailbox, newest first: all, or those to or from somebody, with words in subject or text.',
      input: z.strictObject({ ...Filter, limit: z.int().min(1).max(1_000).default(100) }),
      run: async ({ limit, ...filter }, { resource }) => {
        const mails: object[] = [];
        for await (const mail of searchMails(mailbox, await resourceIdOf(resource), filter)) {
          mails.push(renderMail(mail));
          if (mails.length === limit) {
            break;
          }
        }
        return { mails };
      },
    }),
    stageAction({
      name: 'read-mail',
      summary: 'One mail of the mailbox with all that it says: text, html, headers and attachments.',
      input: Id,
      run: async ({ id }, { resource }) => renderWhole(await requireMail(mailbox, await resourceIdOf(resource), id)),
    }),
    stageAction({
      name: 'raw-mail',
      summary: 'One mail of the mailbox as it would have been sent, in base64.',
      input: Id,
      run: async ({ id }, { resource }) => {
        const raw = await mailbox.message(await resourceIdOf(resource), id);
        return { rawInBase64: requireFound(raw).toString('base64') };
      },
    }),
    stageAction({
      name: 'wait-for-mail',
      summary: 'The newest mail to somebody, or with words in subject or text; waits until there is one.',
      input: z.strictObject({ ...Filter, seconds: z.number().min(0).max(60).default(10) }),
      run: async ({ seconds, ...filter }, { resource }) => {
        const resourceId = await resourceIdOf(resource);
        const until = clock.monotonic() + seconds * 1_000;
        for (;;) {
          const mail = await newestMail(mailbox, resourceId, filter);
          if (mail !== undefined || clock.monotonic() >= until) {
            return renderWhole(requireFound(mail));
          }
          await wait(lookAgainMs);
        }
      },
    }),
    stageAction({
      name: 'last-code',
      summary: 'The code to type in, of the newest mail to somebody.',
      input: z.strictObject(Filter),
      run: async (filter, { resource }) => {
        const mail = requireFound(await newestMail(mailbox, await resourceIdOf(resource), filter));
        return { id: mail.id, code: requireFound(findCode(mail.message), emailFaults.noCode) };
      },
    }),
    stageAction({
      name: 'last-link',
      summary: 'The links of the newest mail to somebody; the first of them by itself.',
      input: z.strictObject(Filter),
      run: async (filter, { resource }) => {
        const mail = requireFound(await newestMail(mailbox, await resourceIdOf(resource), filter));
        const links = findLinks(mail.message);
        return { id: mail.id, link: requireFound(links[0], emailFaults.noLink), links };
      },
    }),
    stageAction({
      name: 'check-unsubscribe',
      summary: 'Whether a mail can be unsubscribed from with one click, as large mail providers ask for.',
      input: Id,
      run: async ({ id }, { resource }) => {
        const { message } = await requireMail(mailbox, await resourceIdOf(resource), id);
        return checkUnsubscribe(message.headers);
      },
    }),
    stageAction({
      name: 'clear-mailbox',
      summary: 'Removes every mail of the mailbox.',
      input: z.strictObject({}),
      run: async (_input, { resource }) => {
        const resourceId = await resourceIdOf(resource);
        let cleared = 0;
        for await (const { id } of mailbox.all(resourceId, true)) {
          await mailbox.remove(resourceId, id);
          cleared += 1;
        }
        return { cleared };
      },
    }),
  ];
}

async function requireMail(mailbox: Mailbox, resourceId: string, id: string): Promise<FoundMail> {
  return requireFound(await readMail(mailbox, resourceId, id));
}

function requireFound<Value>(value: Value | undefined, fault = emailFaults.noMail): Value {
  if (value === undefined) {
    throw new Fault(fault);
  }
  return value;
}

function renderMail({ id, operationId, receivedOn, from, to, subject, returnPath, bytes }: MailboxMail) {
  return { id, operationId, receivedOn: toSeconds(receivedOn), from, to, subject, returnPath, bytes };
}

function renderWhole({ message, ...mail }: FoundMail) {
  const { text, html, headers, attachments } = message;
  return { ...renderMail(mail), text, html, headers, attachments };
}
