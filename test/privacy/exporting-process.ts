// A process of its own that works on an export, and kills itself at a storage call; or that ends what another one has left.
import { carryOutOrder, type KillingOrder } from '../faults/killing-process.js';

export interface ExportingOrder extends KillingOrder {
  readonly jobId: string;
}

carryOutOrder<ExportingOrder>(
  () => ({ hearingMs: 0 }),
  async (app, { jobId }) => void (await app.jobs.work(jobId)),
);
