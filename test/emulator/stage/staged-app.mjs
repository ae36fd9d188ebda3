// The function app with a capability that only the tests have: what can be done to it, and how it can go wrong.
import { z } from 'zod';
import { stageAction } from '../../../dist/functions/capability.js';
import { running as own } from '../../../dist/functions/main.js';
import { catalogue, Fault } from '../../../dist/shared/http/fault.js';

const faults = catalogue({
  MailboxFull: { code: 'MailboxFull', status: 409, message: 'The mailbox is full; empty it first.' },
});

const actions = [
  stageAction({
    name: 'inbound-letter',
    summary: 'Somebody from outside sends a letter to a resource, and the answer says to which one it came and how.',
    input: z.strictObject({
      to: z.strictObject({ name: z.string() }),
      pages: z.number().int().max(9).default(1),
      sentOn: z.iso.datetime().transform((text) => new Date(text)),
    }),
    run: async ({ to, pages, sentOn }, { resource }) => ({
      to: to.name,
      pages,
      sentOn,
      resource,
      geography: process.env.DOMICILE_GEOGRAPHY,
      pid: process.pid,
    }),
  }),
  stageAction({
    name: 'empty',
    summary: 'Empties the mailbox.',
    input: z.strictObject({}),
    run: async () => undefined,
  }),
  stageAction({
    name: 'full',
    summary: 'Is refused.',
    input: z.strictObject({}),
    run: async () => {
      throw new Fault(faults.MailboxFull);
    },
  }),
  stageAction({
    name: 'broken',
    summary: 'Fails.',
    input: z.unknown(),
    run: async () => {
      throw new TypeError('the flap is stuck');
    },
  }),
  stageAction({
    name: 'no-json',
    summary: 'Answers what is no JSON.',
    input: z.strictObject({}),
    run: async () => ({ pages: 1n }),
  }),
  stageAction({
    name: 'last-letter',
    summary: 'Its process does not survive it.',
    input: z.strictObject({}),
    run: () => {
      process.kill(process.pid, 'SIGKILL');
      return new Promise(() => undefined);
    },
  }),
];

export const running = { ...own, stage: { mailbox: actions } };
