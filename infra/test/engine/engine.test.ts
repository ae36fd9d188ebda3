// Three stacks through Pulumi's real runtime for Node.js: first a preview, in which nothing is known that Azure would tell,
// then an update. What comes out is what the renderer shows.
import { describe, expect, test } from 'vitest';
import { profiles } from '../../plan/options.js';
import { byTypeAndName } from '../../render/record-registration.js';
import { everything, record } from '../sample-stacks.js';
import { runProgram } from './run-program.js';

const variants = (['europe', 'brazil', 'switzerland'] as const).flatMap((geography) =>
  profiles.map((profile) => ({ geography, profile })),
);

describe.each(variants)('$geography, $profile', ({ geography, profile }) => {
  const options = geography === 'brazil' ? { profile } : { profile, ...everything };

  test('a preview and an update go through, and show what the renderer shows', async () => {
    const [preview, update] = await Promise.all(
      [true, false].map((isPreview) => runProgram(geography, { isPreview, options })),
    );
    for (const run of [preview, update]) {
      expect(run).toMatchObject({ exitCode: 0, errors: [], calls: [], printed: '' });
    }
    const names = (run: typeof preview) => run?.resources.map(({ type, name }) => `${type}::${name}`).toSorted();
    expect(names(preview)).toEqual(names(update));
    const rendered = await record(geography, options);
    expect(update?.resources.toSorted(byTypeAndName)).toEqual(rendered.resources);
    expect(update?.outputs).toMatchObject({ geography, resourceGroup: `dom-${geography}` });
    expect(JSON.stringify(preview?.outputs)).toContain('npm run deploy');
  });
});

test('a wrong configuration stops the program with one sentence and before any resource', async () => {
  const run = await runProgram('europe', { isPreview: true, options: { region: 'polandcentral' } });
  expect(run.exitCode).not.toBe(0);
  expect(run.resources).toEqual([]);
  expect(run.errors.join('\n')).toContain('region "polandcentral" is not in Europe');
  expect(run.errors.join('\n')).not.toContain('    at ');
});
