// The tests of the deployment: offline, with no cloud and no Pulumi CLI.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // Pulumi makes a lot of garbage.
    execArgv: ['--max-semi-space-size=64'],
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
