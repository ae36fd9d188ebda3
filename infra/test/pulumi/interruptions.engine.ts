// An update that Azure refuses, that an operator stops, that is killed: going on as the page says brings the stack to the end
// that it has without an interruption, and makes nothing twice.
import { expect, it } from 'vitest';
import { ArmError } from './arm-error.js';
import { describeWithPulumi } from './describe-with-pulumi.js';
import { readState, type Running, type Workspace } from './open-workspace.js';
import type { Hold } from './played-azure.js';

const up = ['up', '--yes', '--skip-preview'];

describeWithPulumi('an update', (open) => {
  let workspace: Workspace;
  const namesInAzure = () => workspace.azure.all().map(({ name }) => name);

  it('that Azure refuses ends with the reason, and what was made is in the state', async () => {
    workspace = await open('brazil');
    workspace.azure.refuse('PUT', 'app', new ArmError(409, 'QuotaExceeded', 'No more instances in this region.'));
    const { code, printed } = await workspace.start(...up).ended;
    expect(code).not.toBe(0);
    expect(printed).toContain('No more instances in this region.');
    expect(workspace.azure.calls).toContain('PUT app');
    expect(namesInAzure()).not.toContain('app');
    const { resources, pending } = await readState(workspace);
    expect(pending).toEqual([]);
    expect(resources.filter(({ type }) => type.startsWith('azure-native:'))).toHaveLength(namesInAzure().length);
  });

  it('that is stopped waits for what Azure is doing, writes that down, and begins nothing more', async () => {
    const { azure, provider } = workspace;
    azure.calls = [];
    const hold = azure.hold('PUT', 'app');
    const running = workspace.start(...up);
    await reached(hold, running);
    const cancelled = provider.nextCancellation();
    running.process.kill('SIGINT');
    await cancelled;
    const sent = [...azure.calls];
    hold.release();
    const { code, printed } = await running.ended;
    expect(code).not.toBe(0);
    expect(printed).toContain('cancel');
    expect(azure.calls).toEqual(sent);
    expect(namesInAzure()).toContain('app');
    const { resources, pending } = await readState(workspace);
    expect(pending).toEqual([]);
    expect(resources.map(({ urn }) => urn.split('::').at(-1))).toContain('app');
  });

  it('that is killed leaves a lock, and says how to go on', async () => {
    const { azure } = workspace;
    await workspace.pulumi('config', 'set', 'domicile:webPubSub', 'true');
    const hold = azure.hold('PUT', 'web-pubsub');
    const running = workspace.start(...up);
    await reached(hold, running);
    running.process.kill('SIGKILL');
    await running.ended;
    hold.release();
    const { code, printed } = await workspace.start(...up).ended;
    expect(code).not.toBe(0);
    expect(printed).toContain('pulumi cancel');
  });

  it('that was killed goes on when the state has been told what Azure made meanwhile', async () => {
    const { azure } = workspace;
    await workspace.pulumi('cancel', '--yes');
    const { pending } = await readState(workspace);
    const begun = pending.map(({ resource: { urn } }) => String(urn.split('::').at(-1)));
    expect(begun).toContain('web-pubsub');
    await workspace.pulumi('refresh', '--yes', '--skip-preview', '--clear-pending-creates');
    expect((await readState(workspace)).pending).toEqual([]);
    for (const { type, name, id } of azure.all().filter((each) => begun.includes(each.name))) {
      const plainly = ['--yes', '--skip-preview', '--protect=false', '--generate-code=false'];
      await workspace.pulumi('import', type, name, id, ...plainly);
    }
    azure.calls = [];
    await workspace.pulumi(...up);
    expect(azure.calls).not.toContain('PUT web-pubsub');
  });

  it('ends where one without an interruption ends', async () => {
    const undisturbed = await open('brazil', { webPubSub: true });
    await undisturbed.pulumi(...up);
    const contents = ({ azure }: Workspace) =>
      Object.fromEntries(azure.all().map(({ id, inputs }) => [id, inputs] as const));
    expect(contents(workspace)).toEqual(contents(undisturbed));
  });
});

async function reached(hold: Hold, { ended }: Running): Promise<void> {
  const tooEarly = ended.then(({ printed }) => {
    throw new Error(`It ended before Azure had the call: ${printed}`);
  });
  await Promise.race([hold.reached, tooEarly]);
  tooEarly.catch(() => undefined);
}
