// The policies, as `pulumi preview` and `pulumi up` hold a stack against them.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { infraFolder } from '../sample-stacks.js';
import { describeWithPulumi } from './describe-with-pulumi.js';
import type { Workspace } from './open-workspace.js';

const policies = ['--policy-pack', 'policies'];

describeWithPulumi('the policies', (open) => {
  let workspace: Workspace;

  it('let a stack pass that keeps its promises, and say that they looked', async () => {
    workspace = await open('norway');
    expect(await workspace.pulumi('preview', ...policies)).toContain('domicile');
  });

  it.each(['preview', 'up'])('stop a %s of an account that leaves its region, with the reason', async (command) => {
    breakProgram(workspace.folder);
    const yes = command === 'up' ? ['--yes', '--skip-preview'] : [];
    const { code, printed } = await workspace.start(command, ...yes, ...policies).ended;
    expect(code).not.toBe(0);
    expect(printed).toContain('The sku Standard_GRS is not one that stays in its region');
    expect(workspace.azure.calls.filter((call) => call.includes('storage'))).toEqual([]);
  });
});

/** The compiled program of this folder alone, with an account that is copied to another region. */
function breakProgram(folder: string): void {
  rmSync(join(folder, 'dist'), { recursive: true });
  cpSync(join(infraFolder, 'dist'), join(folder, 'dist'), { recursive: true });
  const path = join(folder, 'dist/infra/components/storage-account.js');
  const text = readFileSync(path, 'utf8');
  const broken = text.replace(/sku: \{ name: [^}]+\}/, "sku: { name: 'Standard_GRS' }");
  if (broken === text) {
    throw new Error('The account’s sku stands elsewhere now.');
  }
  writeFileSync(path, broken);
}
