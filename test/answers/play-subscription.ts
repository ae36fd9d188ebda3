// What whoever may manage does about persons in a subscription, so that each of its answers is seen.
import { workJobs } from '../privacy/composed-app.js';
import type { Scene } from './scene.js';

const params = { subscriptionId: '11111111-2222-3333-4444-555555555555', location: 'europe' };

/** The resources of the subscription must be there already. */
export async function playSubscription(scene: Scene): Promise<void> {
  const { call, manager } = scene;
  const headers = manager;
  const body = { identifiers: ['anna@contoso.example', '4:+4366412345678', 'name:Anna Berger'] };
  const service = { ...params, resourceGroupName: 'group', emailServiceName: 'persons' };
  const made = { location: 'global', tags: { owner: 'Anna Berger' }, properties: { dataLocation: 'Europe' } };
  await call('management-put-email-service', { headers, params: service, body: made });
  await call('privacy-identify-subscription', { headers, params, body });
  await call('privacy-erase-subscription', { headers, params, body: { ...body, dryRun: true } });
  const exported = await call('privacy-export-subscription', { headers, params, body });
  const operation = { headers, params: { ...params, operationId: String(exported.body.id) } };
  await finish(scene, String(exported.body.id));
  await call('privacy-get-subscription-export-content', operation);
  const range = { ...headers, range: 'bytes=0-3' };
  await call('privacy-get-subscription-export-content', { ...operation, headers: range });
  await eraseInSubscription(scene, body.identifiers);
  await call('privacy-list-subscription-receipts', { headers, params });
  await call('privacy-list-subscription-audit', { headers, params });
}

export async function eraseInSubscription(scene: Scene, identifiers: readonly string[]): Promise<void> {
  const { call, manager: headers } = scene;
  const { body } = await call('privacy-erase-subscription', { headers, params, body: { identifiers } });
  await finish(scene, String(body.id));
}

async function finish({ app, call, manager: headers }: Scene, operationId: string): Promise<void> {
  for (let rounds = 0; rounds < 20; rounds += 1) {
    await workJobs(app);
    await app.jobs.work(operationId);
    const { body } = await call('privacy-get-subscription-operation', { headers, params: { ...params, operationId } });
    if (body.status === 'succeeded') {
      return;
    }
    app.clock.setOffset(app.clock.offsetMs + 2 * 60_000);
  }
  throw new Error(`The operation ${operationId} does not end.`);
}
