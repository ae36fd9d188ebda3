// What `npm run test:languages` runs: Microsoft's SDKs of other languages against the emulator.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: 'test/certificates-home.ts',
    include: ['test/languages/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 900_000,
  },
});
