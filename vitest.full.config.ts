// What `npm run test:full` adds: long races, fault matrices, figures and attacks under load. What measures time or memory
// has the machine to itself; the others go two at a time.
import { defineConfig } from 'vitest/config';

const measured = [
  'test/deploy/load-time.full.test.ts',
  'test/email/mail-memory.full.test.ts',
  'test/emulator/everywhere.full.test.ts',
  'test/erasure/erasure-{heap,memory}.full.test.ts',
  'test/events/told-under-kills.full.test.ts',
  'test/figures/*.full.test.ts',
  'test/load/*.full.test.ts',
  'test/privacy/export-memory.full.test.ts',
  'test/retention/figures.full.test.ts',
  'test/storage/read-memory.full.test.ts',
];
const common = {
  globalSetup: 'test/certificates-home.ts',
  pool: 'forks',
  testTimeout: 600_000,
  hookTimeout: 60_000,
} as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: 'measured',
          include: measured,
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...common,
          name: 'long',
          include: ['test/**/*.full.test.ts'],
          exclude: [...measured, 'node_modules', 'dist'],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
