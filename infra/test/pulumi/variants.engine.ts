// Three stacks in both profiles, through the real engine: what Azure is asked to make is what the renderer shows, in the
// order in which the renderer says it depends.
import { describe, expect, it } from 'vitest';
import { profiles } from '../../plan/options.js';
import { byTypeAndName, recordRegistration } from '../../render/record-registration.js';
import { recordStack } from '../../render/record-stack.js';
import type { RecordedResource } from '../../render/recorded-resource.js';
import { configurationOf, everything } from '../sample-stacks.js';
import { describeWithPulumi } from './describe-with-pulumi.js';
import { idsOfAll, readState, type Workspace } from './open-workspace.js';
import { toStruct } from './pulumi-values.js';

const previewAndUpdate = ['up', '--yes', '--policy-pack', 'policies'];
const variants = (['europe', 'brazil', 'switzerland'] as const).flatMap((geography) =>
  profiles.map((profile) => ({ geography, profile })),
);

describeWithPulumi('a stack', (open) => {
  describe.each(variants)('of $geography, $profile', ({ geography, profile }) => {
    const options = {
      profile,
      ...(geography === 'brazil' ? { alertEmails: ['operator@example.com'] } : everything),
    };

    it('is what the renderer shows', async () => {
      const workspace = await open(geography, options);
      await workspace.pulumi(...previewAndUpdate);
      const configuration = { ...configurationOf(geography, options), ...idsOfAll };
      const rendered = await recordStack(geography, configuration);
      expect(await whatCame(workspace)).toEqual(rendered.resources);
      expect(workspace.provider.invoked).toEqual([]);
    });
  });

  it('of names alone, the global one, is what the renderer shows', async () => {
    const options = { domain: 'chat.example.com', geographies: ['europe', 'brazil'] };
    const workspace = await open('global', options);
    await workspace.pulumi(...previewAndUpdate);
    const rendered = await recordStack('global', { ...configurationOf('global', options), ...idsOfAll });
    expect(await whatCame(workspace)).toEqual(rendered.resources);
  });

  it('with a wrong configuration is stopped with one sentence and before any resource', async () => {
    const workspace = await open('europe', { region: 'polandcentral' });
    const { code, printed } = await workspace.start('preview').ended;
    expect(code).not.toBe(0);
    expect(printed).toContain('region "polandcentral" is not in Europe');
    expect(printed).not.toContain('    at ');
    expect(printed).not.toContain('azure-native:');
  });
});

/** What Azure was handed, with what the state knows of it besides. */
async function whatCame(workspace: Workspace): Promise<readonly RecordedResource[]> {
  const { resources } = await readState(workspace);
  const inState = new Map(resources.map((each) => [String(each.urn.split('::').at(-1)), each]));
  return workspace.azure
    .all()
    .map(({ type, name, inputs }) => {
      const { protect = false, dependencies = [] } = inState.get(name) ?? {};
      return recordRegistration({
        getType: () => type,
        getName: () => name,
        getCustom: () => true,
        getProtect: () => protect,
        getDependenciesList: () => [...dependencies],
        getObject: () => toStruct(inputs) as ReturnType<typeof toStruct> & { toJavaScript(): Record<string, unknown> },
      });
    })
    .sort(byTypeAndName);
}
