// A process of its own that accepts and hands over, tells its parent what it gave to the outside, and kills itself at a
// point that the parent has named.
import { note, startNotes } from './scene.js';

export type KillPoint = 'before the hand-over' | 'after the hand-over' | 'before the record' | 'after the record';

/** What it is to do; sent as the first message. */
export interface SendingOrder {
  readonly connectionString: string;
  readonly killAt: KillPoint;
  readonly repeatsUnknown: boolean;
  readonly mark: string;
  readonly deliveries: number;
}

process.once('message', (order: SendingOrder) => void carryOut(order));

async function carryOut({ connectionString, killAt, repeatsUnknown, mark, deliveries }: SendingOrder): Promise<void> {
  const send = (message: unknown) => new Promise<void>((resolve) => process.send?.(message, () => resolve()));
  const dieAt = (point: KillPoint, n: number) => {
    // The last one kills, so that some are through, some under way.
    if (point === killAt && n === deliveries) {
      process.kill(process.pid, 'SIGKILL');
    }
  };
  let given = 0;
  let recorded = 0;
  const { outbox, told } = await startNotes(connectionString, {
    carrier: {
      repeatsUnknown,
      timeLimitMs: 5_000,
      handOver: async (parcels) => {
        dieAt('before the hand-over', ++given);
        for (const { id } of parcels) {
          await send({ given: id });
        }
        dieAt('after the hand-over', given);
        return parcels.map(({ recipients }) =>
          Object.fromEntries(recipients.map(({ id }) => [id, { outcome: 'taken' as const }])),
        );
      },
    },
    observers: [
      async ({ store, kind }, sendCall) => {
        if (store === 'notes' && kind === 'transaction' && told.length > recorded) {
          dieAt('before the record', ++recorded);
          const answer = await sendCall();
          dieAt('after the record', recorded);
          return answer;
        }
        return sendCall();
      },
    ],
  });
  for (let n = 0; n < deliveries; n++) {
    const large = n % 2 === 0 ? {} : { body: Buffer.from(mark.repeat(10_000)) };
    const { id } = await outbox.accept(note(`${mark} ${n}`, { ...large, destination: `r${n}.example` }));
    await send({ accepted: id });
    if (n < deliveries - 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
