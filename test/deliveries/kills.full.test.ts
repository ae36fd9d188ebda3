import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scanStorage } from '../scan/scan-storage.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { createOutside } from './outside.js';
import { emptyNotes, finishAll, setClock, startNotes, storedRows } from './scene.js';
import type { KillPoint, SendingOrder } from './sending-process.js';

// Inside the project, because the packages that it needs are looked for from where it lies.
const program = 'dist/sending-process.mjs';
const points: readonly KillPoint[] = [
  'before the hand-over',
  'after the hand-over',
  'before the record',
  'after the record',
];

let azurite: Azurite;
beforeAll(async () => {
  await build({
    entryPoints: ['test/deliveries/sending-process.ts'],
    outfile: program,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
  });
  azurite = await startAzurite();
});
afterAll(async () => {
  await azurite?.stop();
  await rm(program, { force: true });
});

describe('A process that is killed (SIGKILL)', () => {
  it.each(points.flatMap((point) => [true, false].map((repeats) => [point, repeats] as const)))(
    '%s leaves all to the next one, which repeats what is unknown (%s) or tells that it is',
    async (killAt, repeatsUnknown) => {
      await emptyNotes(azurite.connectionString);
      const mark = `mark-${randomUUID()}`;
      const deliveries = 4;
      const accepted = new Set<string>();
      const given: string[] = [];
      const child = fork(program, {
        env: { PATH: process.env['PATH'] },
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      child.on('message', (message: { accepted?: string; given?: string }) => {
        if (message.accepted !== undefined) {
          accepted.add(message.accepted);
        }
        if (message.given !== undefined) {
          given.push(message.given);
        }
      });
      const order: SendingOrder = {
        connectionString: azurite.connectionString,
        killAt,
        repeatsUnknown,
        mark,
        deliveries,
      };
      child.send(order);
      const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
      expect(signal).toBe('SIGKILL');

      const outside = createOutside();
      const clock = setClock(Date.now());
      const next = await startNotes(azurite.connectionString, { carrier: outside.carrier({ repeatsUnknown }), clock });
      const before = (await storedRows(next)).filter((row) => row.startsWith('notes ') && row.includes('.'));
      if (killAt !== 'after the record') {
        expect(before.length).toBeGreaterThan(0);
      }
      await finishAll(next, clock);
      const all = [...given, ...outside.given.map(({ id }) => id)];
      const toldBy = next.told.map(({ facts, outcomes }) => [facts.id, outcomes[0]?.outcome] as const);
      for (const id of accepted) {
        const times = all.filter((each) => each === id).length;
        const last = toldBy.find(([told]) => told === id)?.[1];
        if (repeatsUnknown) {
          expect(times, id).toBeGreaterThanOrEqual(1);
        } else {
          expect(times, id).toBeLessThanOrEqual(1);
        }
        // Handed over by the process that died, or told by the one that followed.
        expect(given.includes(id) || last !== undefined, id).toBe(true);
      }
      if (!repeatsUnknown) {
        expect(toldBy.every(([, outcome]) => outcome === 'unknown')).toBe(true);
      }
      expect(await storedRows(next)).toEqual([]);
      expect((await scanStorage(azurite.connectionString, [mark])).hits).toEqual([]);
      await next.close();
    },
  );
});
