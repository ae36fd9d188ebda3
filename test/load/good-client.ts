// Somebody who does what users do, at a steady pace, while others do not: how long each call takes.
import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { as, ask, type AttackedWorld, chat, type LoadCall, memoryOf, uploadOf, viewOf } from './attacked-world.js';

export interface Experience {
  readonly calls: number;
  /** Calls that failed, and with what. */
  readonly failed: Readonly<Record<string, number>>;
  readonly medianMs: number;
  readonly p99Ms: number;
  /** Most memory that the app had meanwhile, MB. */
  readonly peakMb: number;
}

/** So many calls are looked at that the hundredth part of them is more than the slowest one. */
const pauseMs = 40;
/** Rounds of everything else for an upload: fewer than one user may begin in a minute. */
const roundsPerUpload = 3;

export async function behaveWell(world: AttackedWorld, forMs: number): Promise<Experience> {
  const agent = new Agent({ keepAlive: true });
  const { ports, good, thread, host } = world;
  const json = { ...as(good), 'content-type': 'application/json' };
  const message = JSON.stringify({ content: 'Tea is ready', senderDisplayName: 'Anna' });
  const round: readonly LoadCall[] = [
    { port: ports.here, host, method: 'POST', target: chat(`${thread}/messages`), headers: json, body: message },
    { port: ports.here, ...viewOf(world, good, world.smallImage) },
    { port: ports.here, host, target: chat(`${thread}/messages`), headers: as(good) },
    { port: ports.elsewhere, host, target: chat(thread), headers: as(good) },
    { port: ports.elsewhere, host, method: 'POST', target: chat(`${thread}/messages`), headers: json, body: message },
  ];
  const upload = { port: ports.here, ...uploadOf(world, good, Buffer.alloc(2_000, 1)) };
  const everyday = [...Array.from({ length: roundsPerUpload }, () => round).flat(), upload];
  const times: number[] = [];
  const failed: Record<string, number> = {};
  let peakMb = 0;
  const watch = setInterval(() => (peakMb = Math.max(peakMb, memoryOf(world))), 50);
  try {
    const until = performance.now() + forMs;
    for (let turn = 0; performance.now() < until; turn++) {
      const call = everyday[turn % everyday.length] as LoadCall;
      const began = performance.now();
      const outcome = await ask({ ...call, agent }).then(
        ({ status }) => (status < 300 ? undefined : String(status)),
        (error: Error) => error.name,
      );
      times.push(performance.now() - began);
      if (outcome !== undefined) {
        failed[outcome] = (failed[outcome] ?? 0) + 1;
      }
      await delay(pauseMs);
    }
  } finally {
    clearInterval(watch);
    agent.destroy();
  }
  const sorted = times.toSorted((one, other) => one - other);
  const at = (part: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0);
  return { calls: sorted.length, failed, medianMs: at(0.5), p99Ms: at(0.99), peakMb };
}
