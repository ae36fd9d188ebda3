// The gateway as a process: killed between a submission and its answer, stopped in order, and what it has printed.
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CarrierApp } from './carrier-app.js';
import { Smsc } from './smsc.js';
import { type SmppProcess, startSmppProcess } from './smpp-process.js';

let app: CarrierApp;
let smsc: Smsc;
const processes: SmppProcess[] = [];

beforeAll(async () => {
  app = await CarrierApp.start();
});
beforeEach(async () => {
  smsc = await Smsc.start();
});
afterEach(async () => {
  await Promise.all(processes.splice(0).map((each) => each.kill()));
  await smsc.close();
});
afterAll(() => app?.close());

async function startProcess(more?: Readonly<Record<string, string>>): Promise<SmppProcess> {
  const started = await startSmppProcess(app, smsc, more);
  processes.push(started);
  return started;
}

describe('A gateway that is killed', () => {
  it('between a submission and its answer leaves the app without one: the message is unknown, and nobody sends it again', async () => {
    const gateway = await startProcess();
    smsc.onSubmit = () => void gateway.kill();
    const heard = app.send(gateway.port, [{}]).then(
      ({ status }) => status,
      () => 'no answer',
    );
    expect(await heard).toBe('no answer');
    const next = await startProcess();
    smsc.onSubmit = (submission) => submission.answer(0, 'x');
    expect((await app.send(next.port, [{ id: 'other' }])).results).toMatchObject([{ outcome: 'taken' }]);
    expect(smsc.submissions).toHaveLength(2);
  });

  it('before it has answered what the SMSC brought loses nothing: the SMSC brings it again', async () => {
    const gateway = await startProcess();
    app.onMessage = async () => {
      await gateway.kill();
      return 500;
    };
    await expect(smsc.deliver({ octets: Buffer.from('Yes') })).rejects.toThrow('The connection has ended.');
    app.onMessage = () => 200;
    await startProcess();
    expect(await smsc.deliver({ octets: Buffer.from('Yes') })).toBe(0);
    expect(app.messages.map(({ text }) => text)).toEqual(['Yes']);
  });
});

describe('A thousand messages', () => {
  it('through a gateway that is killed twice are submitted once each, or unknown, and none twice', async () => {
    const known = new Map<string, string>();
    const left = Array.from({ length: 1_000 }, (_, index) => `t${index}`);
    let gateway = await startProcess();
    let next = Promise.resolve();
    const killAt = new Set([300, 650]);
    const startAgain = async (): Promise<void> => {
      await gateway.kill();
      gateway = await startProcess();
    };
    smsc.onSubmit = (submission) => {
      if (killAt.delete(smsc.submissions.length)) {
        next = startAgain();
      } else {
        setImmediate(() => submission.answer(0, smsc.nextId()));
      }
    };
    // As the app does it: what certainly was not taken is handed over again, and nothing else.
    const handOver = async (ids: readonly string[]): Promise<void> => {
      await next;
      try {
        const { status, results } = await app.send(
          gateway.port,
          ids.map((id) => ({ id, text: id })),
        );
        expect([200, 503]).toContain(status);
        const outcomes = new Map(results.map(({ id, outcome }) => [id, outcome]));
        for (const id of ids) {
          const outcome = outcomes.get(id) ?? 'deferred';
          if (outcome === 'deferred') {
            left.push(id);
          } else {
            known.set(id, outcome);
          }
        }
      } catch (error) {
        const isUntaken = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
        for (const id of ids) {
          if (isUntaken) {
            left.push(id);
          } else {
            known.set(id, 'unknown');
          }
        }
      }
    };
    const work = async (): Promise<void> => {
      while (left.length > 0) {
        await handOver(left.splice(0, 20));
      }
    };
    await Promise.all([work(), work(), work(), work()]);
    expect(killAt.size).toBe(0);
    const submitted = smsc.submissions.map(({ octets }) => octets.toString());
    expect(new Set(submitted).size).toBe(submitted.length);
    expect(known.size).toBe(1_000);
    const outcomes = [...known.values()];
    expect(new Set(outcomes)).toEqual(new Set(['taken', 'unknown']));
    // Those that were on their way when it was killed: four requests of twenty each time.
    expect(outcomes.filter((outcome) => outcome === 'unknown').length).toBeLessThanOrEqual(160);
    const taken = [...known].filter(([, outcome]) => outcome === 'taken').map(([id]) => id);
    expect(taken.filter((id) => !submitted.includes(id))).toEqual([]);
  });
});

describe('A gateway that is told to stop', () => {
  it('answers what it has begun first, unbinds, and has printed nothing of anybody', async () => {
    const gateway = await startProcess({ GATEWAY_SMPP_BIND: 'separate' });
    await expect.poll(() => smsc.binds.length).toBe(2);
    const gone = once(gateway.child, 'exit');
    smsc.onSubmit = (submission) => {
      gateway.child.kill('SIGTERM');
      setImmediate(() => submission.answer(0, 'last'));
    };
    const { results } = await app.send(gateway.port, [{ text: 'Secret tea' }]);
    expect(results).toMatchObject([{ outcome: 'taken', references: ['last'] }]);
    await gone;
    expect(gateway.child.exitCode).toBe(0);
    expect(gateway.lines.toSorted()).toEqual([
      'The SMSC has taken the bind (bind_receiver).',
      'The SMSC has taken the bind (bind_transmitter).',
      `The gateway listens: submission off, bounces off, texts ${gateway.port}.`,
    ]);
  });

  it('begins nothing else: what was not submitted is deferred at once, and what was begun has its time', async () => {
    const gateway = await startProcess({ GATEWAY_SMPP_WINDOW: '1' });
    const gone = once(gateway.child, 'exit');
    smsc.onSubmit = (submission) => {
      if (smsc.submissions.length === 1) {
        gateway.child.kill('SIGTERM');
      }
      // Slow, so that all the others would take longer than there is time.
      setTimeout(() => submission.answer(0, smsc.nextId()), 700).unref();
    };
    const long = { id: 'long', text: 'a'.repeat(400) };
    const others = Array.from({ length: 30 }, (_, index) => ({ id: `c${index}` }));
    const { results } = await app.send(gateway.port, [long, ...others]);
    expect(results.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['long', 'taken'],
      ...others.map(({ id }) => [id, 'deferred']),
    ]);
    expect(smsc.submissions).toHaveLength(3);
    await gone;
    expect(gateway.child.exitCode).toBe(0);
  });
});
