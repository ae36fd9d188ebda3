// A process of its own that sends texts, as an app that serves requests does, until it is done or killed.
import { callApp, composeOn } from '../app/call-app.js';

/** What it is to do; sent as the first message. */
export interface SendingOrder {
  readonly connectionString: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Bodies of requests. */
  readonly requests: readonly object[];
  readonly atOnce: number;
}

process.once('message', (order: SendingOrder) => void carryOut(order));

async function carryOut({ connectionString, settings, requests, atOnce }: SendingOrder): Promise<void> {
  const app = await composeOn(connectionString, { settings });
  const { accessKey } = await app.defaultResource();
  process.send?.('ready');
  let next = 0;
  const work = async () => {
    while (next < requests.length) {
      const number = next++;
      const { status } = await callApp(app, 'sms-send', { body: requests[number], accessKey });
      process.send?.({ answered: number, status });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  // It goes on handing over until it is told to end.
  process.once('message', async () => {
    await app.storage.close();
    process.exit(0);
  });
}
