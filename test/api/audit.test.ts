import { expect, it } from 'vitest';
import { z } from 'zod';
import { operation } from '../../shared/api/index.js';
import { accessKey, anybody, userToken } from '../../shared/auth/index.js';
import { Fault, faults } from '../../shared/http/index.js';
import { startPipeline } from './test-pipeline.js';

const common = { name: 'test', summary: 'Test.', service: 'privacy', route: 'POST things', auth: accessKey } as const;
const caller = { kind: 'owner', keySlot: 'primary', keyGeneration: 1 };

it('What an operation audits is written down before it is done', async () => {
  const { ask, trail } = startPipeline();
  let before: unknown;
  const ok = async () => void (before = [...trail]);
  expect((await ask(operation({ ...common, audits: 'identify-person', ok }))).status).toBe(200);
  expect(before).toEqual([{ action: 'identify-person', caller }]);
  expect(trail).toEqual(before);
});

it('What was asked for stands there also when it was refused; what was done only when it was done', async () => {
  const { ask, trail } = startPipeline();
  const audits = { action: 'restore-thread', done: { chatthreads: 1 } } as const;
  const failing = operation({ ...common, audits, noContent: () => Promise.reject(new Fault(faults.notFound)) });
  expect((await ask(failing)).status).toBe(404);
  expect(trail).toEqual([{ action: 'restore-thread', caller }]);
  await ask(operation({ ...common, audits, noContent: async () => undefined }));
  expect(trail.slice(1)).toEqual([
    { action: 'restore-thread', caller },
    { action: 'restore-thread', caller, counts: { chatthreads: 1 } },
  ]);
});

it('It can depend on what is asked, and nothing is written for a request that is not understood', async () => {
  const { ask, trail } = startPipeline();
  const erase = operation({
    ...common,
    body: z.object({ dryRun: z.boolean() }),
    audits: ({ body }: { body: { dryRun: boolean } }) => (body.dryRun ? 'identify-person' : undefined),
    ok: async () => ({}),
  });
  await ask(erase, { body: { dryRun: false } });
  await ask(erase, { body: { dryRun: 'yes' } });
  expect(trail).toEqual([]);
  await ask(erase, { body: { dryRun: true } });
  expect(trail).toEqual([{ action: 'identify-person', caller }]);
});

it('Nothing is done that cannot be written down', async () => {
  let isDone = false;
  const broken = startPipeline();
  broken.trail.push = () => {
    throw new Error('no storage');
  };
  const ok = async () => void (isDone = true);
  expect((await broken.ask(operation({ ...common, audits: 'export-person', ok }))).status).toBe(500);
  expect(isDone).toBe(false);
});

it('What belongs to no resource says in whose trail it stands, or is not done', async () => {
  const [there, nowhere] = [startPipeline(), startPipeline()];
  const spec = { ...common, auth: anybody } as const;
  let done = 0;
  const audited = (of?: () => Promise<{ immutableId: string }>) => ({
    ...operation({ ...spec, ok: async () => void (done += 1) }),
    audits: () => ({ action: 'identify-identifiers' as const, ...(of !== undefined && { of }) }),
  });
  expect((await there.ask(audited(async () => ({ immutableId: 'a-subscription' })))).status).toBe(200);
  expect(there.audited).toEqual(['a-subscription']);
  expect((await nowhere.ask(audited())).status).toBe(500);
  expect([nowhere.trail, done]).toEqual([[], 1]);
});

it('Only what owners and managers call can be audited', () => {
  const spec = { ...common, auth: userToken('chat'), audits: 'export-person', ok: async () => ({}) } as const;
  expect(() => operation(spec)).toThrow('its caller is no owner and no manager');
});
