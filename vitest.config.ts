// What `npm test` runs: everything a contributor needs, on two cores, in four minutes. A third worker uses the time that the others wait.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: 'test/certificates-home.ts',
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.full.test.ts', 'test/languages/**', 'node_modules', 'dist'],
    pool: 'forks',
    // Modules hold no state that matters, and reading them anew for each file takes a tenth of the time. A test that changes
    // its process puts back what was there.
    isolate: false,
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
