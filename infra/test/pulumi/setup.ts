// Before the tests of Pulumi's real engine: it is built when it is not there yet.
import type { TestProject } from 'vitest/node';
import { builtPulumi, type Toolchain } from './toolchain.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Or why it is not there. */
    pulumi: Toolchain | string;
  }
}

export async function setup(project: TestProject): Promise<void> {
  const pulumi = await builtPulumi();
  if (typeof pulumi === 'string') {
    process.stdout.write(`${pulumi}\n`);
  }
  project.provide('pulumi', pulumi);
}
