// The largest stack through Pulumi's real runtime for Node.js, on a machine without its engine: first a preview, in which
// nothing is known that Azure would tell, then an update. What comes out is what the renderer shows. With the real engine,
// and for more stacks: test/pulumi.
import { expect, test } from 'vitest';
import { byTypeAndName } from '../../render/record-registration.js';
import { everything, record } from '../sample-stacks.js';
import { runProgram } from './run-program.js';

test('a preview and an update go through, and show what the renderer shows', async () => {
  const options = { profile: 'private', ...everything };
  const [preview, update] = await Promise.all(
    [true, false].map((isPreview) => runProgram('europe', { isPreview, options })),
  );
  for (const run of [preview, update]) {
    expect(run).toMatchObject({ exitCode: 0, errors: [], calls: [], printed: '' });
  }
  const names = (run: typeof preview) => run?.resources.map(({ type, name }) => `${type}::${name}`).toSorted();
  expect(names(preview)).toEqual(names(update));
  const rendered = await record('europe', options);
  expect(update?.resources.toSorted(byTypeAndName)).toEqual(rendered.resources);
  expect(update?.outputs).toMatchObject({ geography: 'europe', resourceGroup: 'dom-europe' });
  expect(JSON.stringify(preview?.outputs)).toContain('npm run deploy');
});

test('a wrong configuration stops the program with one sentence and before any resource', async () => {
  const run = await runProgram('europe', { isPreview: true, options: { region: 'polandcentral' } });
  expect(run.exitCode).not.toBe(0);
  expect(run.resources).toEqual([]);
  expect(run.errors.join('\n')).toContain('region "polandcentral" is not in Europe');
  expect(run.errors.join('\n')).not.toContain('    at ');
});
