// The Pulumi program: one stack a geography, and an optional global one. See docs/deploy.md.
import { RunError, runtime } from '@pulumi/pulumi';
import { prepareStack } from './stack/run-stack.js';
import { readConfiguration } from './stack/stack-configuration.js';

// Pulumi takes the outputs of a stack from the default export, and calls it only when the stack is ready.
export default async () => {
  try {
    return prepareStack(readConfiguration(runtime.allConfig(), process.env))();
  } catch (error) {
    // Without a stack trace: what is wrong is the configuration.
    throw new RunError((error as Error).message);
  }
};
