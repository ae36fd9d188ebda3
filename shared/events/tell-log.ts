// Tells what stands in one log, under its lease: reads a piece, makes its events, sends them, moves the number on.
import type { EventTeller, TellingResource } from './event-teller.js';
import type { LogSource, ToldEntry } from './log-source.js';
import type { HeldMark, Marks } from './marks.js';
import type { RaisedEvent } from './model.js';

class LeaseLost extends Error {}

export interface TellLogParts {
  readonly marks: Pick<Marks, 'advance' | 'isWorn' | 'remove'>;
  readonly source: LogSource;
  readonly teller: EventTeller;
}

export interface TellLogOutcome {
  /** To be given back, with how far it has come; undefined when there is nothing to give back. */
  readonly mark: HeldMark | undefined;
  readonly newest: number;
  readonly hasMore: boolean;
  /** What kept the rest from being told. */
  readonly failure?: unknown;
}

/** @param maxEntries then it is another log's turn */
export async function tellLog(
  { marks, source, teller }: TellLogParts,
  taken: HeldMark,
  known: number | undefined,
  maxEntries: number,
): Promise<TellLogOutcome> {
  const last = taken.told + maxEntries;
  let held = taken;
  let newest = known ?? taken.told;
  try {
    const resource = await teller.resource(taken.resourceId);
    while (held.told < last) {
      const portion = await source.read(held, held.told, newest);
      if (portion === undefined) {
        await marks.remove(held);
        return { mark: undefined, newest, hasMore: false };
      }
      newest = portion.newest;
      if (resource !== undefined) {
        await tellEntries(teller, resource, portion.entries, async (told) => {
          held = { ...held, told };
          if (marks.isWorn(held)) {
            held = (await marks.advance(held, told)) ?? lost();
          }
        });
      }
      held = { ...held, told: portion.upTo };
      if (portion.upTo >= portion.newest) {
        break;
      }
      const kept = await marks.advance(held, portion.upTo);
      if (kept === undefined) {
        return { mark: undefined, newest, hasMore: false };
      }
      held = kept;
    }
    return { mark: held, newest, hasMore: held.told < newest };
  } catch (failure) {
    if (failure instanceof LeaseLost) {
      return { mark: undefined, newest, hasMore: false };
    }
    return { mark: held, newest, hasMore: true, failure };
  }
}

/** @param onTold told the number of an entry when all that it raises is told, and with it everything before it */
async function tellEntries(
  teller: EventTeller,
  resource: TellingResource,
  entries: readonly ToldEntry[],
  onTold: (sequence: number) => Promise<void>,
): Promise<void> {
  const entryOf = new Map<RaisedEvent, number>();
  function* all(): Generator<RaisedEvent> {
    for (const { sequence, events } of entries) {
      for (const event of events()) {
        entryOf.set(event, sequence);
        yield event;
      }
    }
  }
  await teller.tell(resource, all(), async (told) => {
    const newest = told.at(-1);
    // The last entry of a request may go on in the next one.
    const sequence = newest && entryOf.get(newest);
    for (const event of told) {
      entryOf.delete(event);
    }
    if (sequence !== undefined) {
      await onTold(sequence - 1);
    }
  });
}

/** Another process tells by now. */
function lost(): never {
  throw new LeaseLost();
}
