// An SMSC that does not do what it should: answers that are none, names that are too long, good-byes before the answers.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CarrierApp } from './carrier-app.js';
import { Smsc } from './smsc.js';
import { commands, response, unit } from './wire.js';

let app: CarrierApp;
let smsc: Smsc;

beforeAll(async () => {
  app = await CarrierApp.start();
});
beforeEach(async () => {
  smsc = await Smsc.start();
  app.lines.length = 0;
});
afterEach(async () => {
  smsc.onUnit = () => false;
  await app.closeGateways();
  await smsc.close();
});
afterAll(() => app?.close());

/** Answers what is asked by this command with a `generic_nack`. */
function nack(command: number, status: number): { times: number } {
  const seen = { times: 0 };
  smsc.onUnit = ({ id, sequence }, socket) => {
    if (id === command) {
      seen.times += 1;
      socket.write(unit(commands.generic_nack, sequence, undefined, status));
    }
    return id === command;
  };
  return seen;
}

describe('A generic_nack of success', () => {
  it('is no answer to a bind, which is tried again', async () => {
    const binds = nack(commands.bind_transceiver, 0);
    const gateway = await app.gateway(smsc.port, { isAwaited: false });
    await expect.poll(() => binds.times).toBeGreaterThan(1);
    expect(app.lines).toEqual(['The SMSC cannot be reached, or does not answer (bind_transceiver).']);
    smsc.onUnit = () => false;
    await expect.poll(() => gateway.smpp?.isReady()).toBe(true);
  });

  it('is no answer to a submission, of which nobody knows then', async () => {
    const { ports } = await app.gateway(smsc.port, { smsc: { window: 1 } });
    nack(commands.submit_sm, 0);
    const { results } = await app.send(ports.texts, [{}, { id: 'b' }]);
    expect(results).toEqual(['Outgoing_1', 'b'].map((id) => ({ id, outcome: 'unknown', reason: 'NoAnswer' })));
  });

  it('says that the SMSC is there, when that was asked', async () => {
    await app.gateway(smsc.port, { timings: { enquireMs: 20 } });
    const enquiries = nack(commands.enquire_link, 0);
    await expect.poll(() => enquiries.times).toBeGreaterThan(3);
    expect(smsc.binds).toHaveLength(1);
  });
});

it('A generic_nack with another status refuses what it answers', async () => {
  const { ports } = await app.gateway(smsc.port);
  nack(commands.submit_sm, 3);
  const { results } = await app.send(ports.texts, [{}]);
  expect(results).toEqual([{ id: 'Outgoing_1', outcome: 'refused', reason: 'ESME_RINVCMDID' }]);
});

it.each([
  [65, 1],
  [66, 0],
  [60_000, 0],
])('A name of %i octets makes %i reference of a message that was taken', async (octets, count) => {
  const { ports } = await app.gateway(smsc.port);
  smsc.onSubmit = (submission) => submission.answer(0, 'x'.repeat(octets));
  const { results } = await app.send(ports.texts, [{}]);
  expect(results.map(({ outcome, references }) => [outcome, references?.length])).toEqual([['taken', count]]);
});

describe('An SMSC that says good-bye', () => {
  it('is heard out: the answers that it still gives count, and nothing else is begun', async () => {
    const { ports } = await app.gateway(smsc.port, { smsc: { window: 2 } });
    const ended: number[] = [];
    smsc.onUnit = ({ id }) => {
      ended.push(id);
      return false;
    };
    smsc.onSubmit = (submission) => {
      if (smsc.submissions.length === 2) {
        submission.socket.write(unit(commands.unbind, 99));
        setImmediate(() => {
          smsc.submissions.slice(0, 2).forEach((each, index) => each.answer(0, `late${index}`));
        });
      }
    };
    const { results } = await app.send(ports.texts, [{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
    expect(results).toMatchObject([
      { outcome: 'taken', references: ['late0'] },
      { outcome: 'taken', references: ['late1'] },
      { outcome: 'deferred' },
    ]);
    await expect.poll(() => ended).toContain((commands.unbind | response) >>> 0);
    await expect.poll(() => smsc.binds.length).toBe(2);
  });

  it('and answers nothing any more is left after a moment', async () => {
    const { ports } = await app.gateway(smsc.port, { timings: { responseMs: 10_000 } });
    smsc.onSubmit = (submission) => submission.socket.write(unit(commands.unbind, 99));
    const { results } = await app.send(ports.texts, [{}]);
    expect(results).toMatchObject([{ outcome: 'unknown' }]);
    await expect.poll(() => smsc.binds.length).toBe(2);
  });

  it('between two parts of a text gets the others on the next connection', async () => {
    const { ports } = await app.gateway(smsc.port);
    smsc.onSubmit = (submission) => {
      submission.answer(0, smsc.nextId());
      if (smsc.submissions.length === 1) {
        submission.socket.write(unit(commands.unbind, 99));
      }
    };
    const { results } = await app.send(ports.texts, [{ text: 'a'.repeat(400) }]);
    expect(results).toMatchObject([{ outcome: 'taken', references: ['m1', 'm2', 'm3'] }]);
    expect(smsc.submissions.map(({ octets }) => [octets[3] === smsc.submissions[0]?.octets[3], octets[5]])).toEqual([
      [true, 1],
      [true, 2],
      [true, 3],
    ]);
    expect(smsc.binds).toHaveLength(2);
  });
});
