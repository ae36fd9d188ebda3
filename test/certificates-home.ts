// Tests keep their local CA in a folder of their own, made once a run: never in the home of whoever runs them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'domicile-home-'));
  process.env['ACS_DOMICILE_HOME'] = folder;
  return () => rm(folder, { recursive: true, force: true });
}
