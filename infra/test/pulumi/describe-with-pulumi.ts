// What needs Pulumi's real engine is skipped where it could not be built, and only then.
import { afterAll, describe, inject } from 'vitest';
import { openWorkspace, type Workspace } from './open-workspace.js';
import type { Toolchain } from './toolchain.js';

type Options = Readonly<Record<string, unknown>>;
/** With no options a stack has what every stack needs; with `unconfigured` nothing is set yet. */
type Open = (stackName: string, options?: Options | 'unconfigured') => Promise<Workspace>;

/** @param describeIt is handed what opens a workspace; all of them are closed at the end */
export function describeWithPulumi(title: string, describeIt: (open: Open) => void): void {
  const toolchain = inject('pulumi');
  describe.skipIf(typeof toolchain === 'string')(title, () => {
    const opened: Workspace[] = [];
    describeIt(async (stackName, options = {}) => {
      const given = options === 'unconfigured' ? undefined : options;
      const workspace = await openWorkspace(toolchain as Toolchain, stackName, given);
      opened.push(workspace);
      return workspace;
    });
    afterAll(() => opened.forEach((workspace) => workspace.dispose()));
  });
}
