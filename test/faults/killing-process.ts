// For processes of their own that kill themselves at a storage call when they are told to.
import { type ComposeOnOptions, composeOn } from '../app/call-app.js';

/** What every order says; it is sent as the first message. */
export interface KillingOrder {
  readonly connectionString: string;
  /** At which call it kills itself; without it, it works to the end. */
  readonly kill?: { readonly call: number; readonly when: 'before' | 'after' };
}

type ComposedApp = Awaited<ReturnType<typeof composeOn>>;

/** Composes the app for an order, carries it out, and tells the parent how many storage calls it came to. */
export function carryOutOrder<Order extends KillingOrder>(
  optionsOf: (order: Order) => Omit<ComposeOnOptions, 'observers'>,
  carryOut: (app: ComposedApp, order: Order) => Promise<void>,
): void {
  process.once('message', async (order: Order) => {
    const { connectionString, kill } = order;
    let calls = 0;
    const app = await composeOn(connectionString, {
      ...optionsOf(order),
      observers: [
        async (_call, send) => {
          const isLast = ++calls === kill?.call;
          if (isLast && kill?.when === 'before') {
            process.kill(process.pid, 'SIGKILL');
          }
          const response = await send();
          if (isLast) {
            process.kill(process.pid, 'SIGKILL');
          }
          return response;
        },
      ],
    });
    await carryOut(app, order);
    await app.storage.close();
    process.send?.(calls, () => process.exit(0));
  });
}
