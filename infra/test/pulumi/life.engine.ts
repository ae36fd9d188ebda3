// A stack from its first preview to its end, as docs/deploy.md has an operator do it, through Pulumi's real CLI and engine.
import { expect, it } from 'vitest';
import { describeWithPulumi } from './describe-with-pulumi.js';
import { readState, type Workspace } from './open-workspace.js';

const policies = ['--policy-pack', 'policies'];
const up = ['up', '--yes', '--skip-preview'];

describeWithPulumi('a stack', (open) => {
  let workspace: Workspace;

  it('is previewed under the policies, and nothing is made', async () => {
    workspace = await open('europe');
    const printed = await workspace.pulumi('preview', ...policies);
    expect(printed).toContain('domicile');
    expect(printed).toMatch(/\+ \d+ to create/);
    expect(workspace.azure.calls).toEqual([]);
  });

  it('is made, each resource once and after what it needs', async () => {
    const { azure, provider } = workspace;
    await workspace.pulumi(...up, ...policies);
    expect(azure.all().length).toBeGreaterThan(100);
    expect(azure.calls).toHaveLength(azure.all().length);
    expect(azure.calls.filter((call) => !call.startsWith('PUT'))).toEqual([]);
    expect(provider.invoked).toEqual([]);
  });

  it('tells the outputs that the page names, and shows no secret in its state', async () => {
    const outputs = JSON.parse(await workspace.pulumi('stack', 'output', '--json')) as Record<string, unknown>;
    expect(outputs).toMatchObject({ geography: 'europe', resourceGroup: 'dom-europe', hosting: 'flex' });
    const { resources } = await readState(workspace);
    const text = JSON.stringify(resources);
    expect(text).not.toContain('not-looked-at-here');
    expect(text).not.toContain(Buffer.alloc(32, 7).toString('base64'));
    expect(text).toContain('ciphertext');
  });

  it('is left alone by a second update', async () => {
    workspace.azure.calls = [];
    const printed = await workspace.pulumi(...up, '--expect-no-changes', ...policies);
    expect(printed).toMatch(/\d+ unchanged/);
    expect(workspace.azure.calls).toEqual([]);
  });

  it('is found as it is by a refresh', async () => {
    await workspace.pulumi('refresh', '--preview-only', '--expect-no-changes');
  });

  it('shows what somebody clicked, and an update puts it back', async () => {
    const { azure } = workspace;
    azure.change('storage', { allowSharedKeyAccess: true });
    const { code } = await workspace.start('refresh', '--preview-only', '--expect-no-changes').ended;
    expect(code).not.toBe(0);
    await workspace.pulumi('refresh', '--yes', '--skip-preview');
    azure.calls = [];
    await workspace.pulumi(...up, ...policies);
    expect(azure.calls).toEqual(['PUT storage']);
    expect(azure.all().find(({ name }) => name === 'storage')?.inputs).toMatchObject({ allowSharedKeyAccess: false });
  });

  it('makes again what somebody deleted', async () => {
    const { azure } = workspace;
    const [alert] = azure.all().filter(({ type }) => type === 'azure-native:monitor:MetricAlert');
    azure.lose(String(alert?.name));
    await workspace.pulumi('refresh', '--yes', '--skip-preview');
    azure.calls = [];
    await workspace.pulumi(...up);
    expect(azure.calls).toEqual([`PUT ${alert?.name}`]);
  });

  it('is not destroyed while it is protected: the preview already ends with that', async () => {
    workspace.azure.calls = [];
    const { code, printed } = await workspace.start('destroy', '--yes').ended;
    expect(code).not.toBe(0);
    expect(printed).toContain('protected');
    expect(workspace.azure.calls).toEqual([]);
  });

  it('loses all but what holds data when somebody destroys it without a preview, and an update makes that again', async () => {
    const { azure } = workspace;
    const before = azure.all().map(({ id }) => id);
    const { resources } = await readState(workspace);
    const { code } = await workspace.start('destroy', '--yes', '--skip-preview').ended;
    expect(code).not.toBe(0);
    const left = new Set(azure.all().map(({ name }) => name));
    const holdsData = resources.filter(({ protect }) => protect).map(({ urn }) => String(urn.split('::').at(-1)));
    expect(holdsData.filter((name) => !left.has(name))).toEqual([]);
    expect(left.has('app')).toBe(false);
    await workspace.pulumi(...up);
    expect(
      azure
        .all()
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(before.toSorted());
  });

  it('comes to its end as the page says, with no call that Azure refuses', async () => {
    await workspace.pulumi('config', 'set', 'domicile:protect', 'false');
    await workspace.pulumi('config', 'set', 'domicile:deleteLock', 'false');
    await workspace.pulumi(...up);
    await workspace.pulumi('destroy', '--yes', '--skip-preview');
    expect(workspace.azure.all()).toEqual([]);
    await workspace.pulumi('stack', 'rm', 'europe', '--yes');
  });
});
