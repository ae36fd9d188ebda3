// Erases somebody in a composed app, to the end.
import { decodeJwt } from 'jose';
import { accepted } from '../app/chat-calls.js';
import type { TestProcess } from '../app/composed-app.js';
import { workJobs } from '../privacy/composed-app.js';

interface Receipt {
  readonly notErased: readonly { readonly store: string; readonly until?: string }[];
}

/** @returns what its receipt says */
export async function erasePerson({ app, call }: TestProcess, identifier: string): Promise<Receipt> {
  const { id } = accepted(await call<{ id: string }>('privacy-erase', { body: { identifiers: [identifier] } }));
  for (let rounds = 0; rounds < 20; rounds++) {
    await workJobs(app);
    await app.jobs.work(id);
    const { body } = await call<{ status: string; result: { receipt: string } }>('privacy-get-operation', {
      params: { operationId: id },
    });
    if (body.status === 'succeeded') {
      return decodeJwt(body.result.receipt) as unknown as Receipt;
    }
    app.clock.setOffset(app.clock.offsetMs + 2 * 60_000);
  }
  throw new Error('It does not end.');
}
