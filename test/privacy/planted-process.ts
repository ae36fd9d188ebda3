// A process of its own that works on one job of the world in which somebody is planted, and kills itself at a storage call.
import { carryOutOrder, type KillingOrder } from '../faults/killing-process.js';
import { sampleGuest } from '../house/sample-capability/capability.js';

export interface PlantedOrder extends KillingOrder {
  readonly clockOffsetMs: number;
  readonly jobId: string;
}

carryOutOrder<PlantedOrder>(
  ({ clockOffsetMs }) => ({ clockOffsetMs, hearingMs: 0, guest: sampleGuest() }),
  async (app, { jobId }) => void (await app.jobs.work(jobId)),
);
