// Random outcomes for each recipient at each attempt, and random erasures in between: each recipient has one final outcome or
// was erased, and content is there exactly as long as the outcome of somebody is open.
import * as fc from 'fast-check';
import { expect } from 'vitest';
import type { Columns } from '../../shared/storage/index.js';
import { createOutside } from './outside.js';
import {
  emptyNotes,
  finishAll,
  minute,
  note,
  notes,
  type NotesProcess,
  setClock,
  startNotes,
  storedRows,
} from './scene.js';

type Answer = 'taken' | 'deferred' | 'refused' | 'unknown' | 'throw';

const answer: fc.Arbitrary<Answer> = fc.constantFrom('taken', 'deferred', 'deferred', 'refused', 'unknown', 'throw');
/** What is said to one recipient, attempt by attempt; then it is taken. */
const script = fc.array(answer, { maxLength: 3 });
const step = fc.oneof(
  fc.record({
    kind: fc.constant('accept' as const),
    scripts: fc.array(script, { minLength: 1, maxLength: 4 }),
    lane: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('erase' as const), person: fc.nat(7) }),
  fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 90 }) }),
);
const persons = 8;

export async function checkOutcomes(connectionString: string, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 10 }), fc.boolean(), async (steps, repeatsUnknown) => {
      await emptyNotes(connectionString);
      const outside = createOutside();
      const clock = setClock();
      const process = await startNotes(connectionString, { carrier: outside.carrier({ repeatsUnknown }), clock });
      const scripts = new Map<string, Answer[]>();
      outside.decide = ({ id, recipient, text }) => {
        const next = scripts.get(`${text} ${recipient}`)?.shift() ?? 'taken';
        return next === 'throw' ? next : { outcome: next, reason: id };
      };
      /** By `delivery recipient`: whose outcome is open, as the promise has it. */
      const open = new Map<string, string>();
      let deliveries = 0;
      for (const each of steps) {
        if (each.kind === 'accept') {
          const name = `delivery-${deliveries++}`;
          const recipients = each.scripts.map((_, n) => ({
            id: String(n),
            address: addressOf((deliveries + n) % persons),
          }));
          for (const [n, some] of each.scripts.entries()) {
            scripts.set(`${name} ${n}`, [...some]);
          }
          for (const { id, address } of recipients) {
            open.set(`${name} ${id}`, address);
          }
          const where = {
            resourceId: 'r',
            destination: `${name}.example`,
            ...(each.lane && { lane: 'l', destination: 'l' }),
          };
          await process.outbox.accept(note(name, { recipients, ...where }), { awaitsAttempt: true });
        } else if (each.kind === 'erase') {
          const address = addressOf(each.person);
          await process.outbox.erase({ kind: 'email', address }, 'r');
          for (const [key, whose] of open) {
            if (whose === address) {
              open.delete(key);
            }
          }
        } else {
          clock.passRealTime(each.minutes * minute);
          await process.outbox.attemptDue();
        }
        takeTold(process, open);
        expect(await namesInStorage(process)).toEqual(
          [...new Set([...open.keys()].map((key) => key.split(' ')[0]))].sort(),
        );
      }
      await finishAll(process, clock);
      takeTold(process, open);
      expect([...open]).toEqual([]);
      expect(await storedRows(process)).toEqual([]);
      await process.close();
    }),
    { numRuns },
  );
}

function addressOf(person: number): string {
  return `person-${person}@receiver.example`;
}

/** Every outcome told is of somebody whose outcome was open: so no one has two, and nobody erased has one. */
function takeTold({ told }: NotesProcess, open: Map<string, string>): void {
  for (const { outcomes, text } of told.splice(0)) {
    for (const { recipient } of outcomes) {
      expect(open.delete(`${text()} ${recipient}`), `${text()} ${recipient}`).toBe(true);
    }
  }
}

async function namesInStorage({ storage }: NotesProcess): Promise<string[]> {
  const { rows } = await storage.table(notes.deliveries).scan<Columns>();
  const contents = rows.map((row) => row['content']).filter((content) => typeof content === 'string' && content !== '');
  return contents.map((content) => (JSON.parse(String(content)) as { text: string }).text).sort();
}
