// The stack through Pulumi's real engine, `npm run infra:engine`: built from its Go modules, against a played Azure.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/pulumi/**/*.engine.ts'],
    globalSetup: 'test/pulumi/setup.ts',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 300_000,
  },
});
