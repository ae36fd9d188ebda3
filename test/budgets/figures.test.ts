// That what is shared in a process is as much as the table says: each is taken until nothing is left.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Shares } from '../../shared/api/index.js';
import { type BudgetName, budgets, type Capacity, figure, type Holder } from '../../shared/budgets/index.js';
import { proofsOfBudgets } from '../house/proofs-of-budgets.js';

const start = () => new Shares({ monotonic: () => 0 });

/** How often as much can be taken, by holders that differ as they are told to. */
function roomIn(capacity: Capacity, holderOf: (n: number) => Holder, amount: number): number {
  let taken = 0;
  while (taken < 10_000 && capacity.tryTake(amount, holderOf(taken)) !== undefined) {
    taken += 1;
  }
  return taken * amount;
}

const anybody = (n: number): Holder => ({ caller: `caller ${n}`, resource: `resource ${n}` });
const atOneResource = (n: number): Holder => ({ caller: `caller ${n}`, resource: 'resource' });
const oneCaller = (n: number): Holder => ({ caller: 'caller', resource: `resource ${n}` });
const MiB = 1_048_576;

describe('There is room', () => {
  it.each<[string, keyof Shares, (n: number) => Holder, BudgetName, number]>([
    ['for bodies, all together', 'bodies', anybody, 'bodiesTotal', MiB],
    ['for bodies, at one resource', 'bodies', atOneResource, 'bodiesPerResource', MiB],
    ['for bodies, from one address', 'bodies', oneCaller, 'bodiesPerCaller', MiB],
    ['for bodies that are read only to explain', 'explained', anybody, 'bodiesExplained', MiB / 4],
    ['for answers, all together', 'answers', anybody, 'answersTotal', MiB],
    ['for answers, at one resource', 'answers', atOneResource, 'answersPerResource', MiB],
    ['for answers, to one caller', 'answers', oneCaller, 'answersPerCaller', MiB],
    ['for uploads, all together', 'uploads', anybody, 'uploads', 1],
    ['for uploads, at one resource', 'uploads', atOneResource, 'uploadsPerResource', 1],
    ['for uploads, by one caller', 'uploads', oneCaller, 'uploadsPerCaller', 1],
    ['for downloads, all together', 'downloads', anybody, 'downloads', 1],
    ['for downloads, at one resource', 'downloads', atOneResource, 'downloadsPerResource', 1],
    ['for downloads, by one caller', 'downloads', oneCaller, 'downloadsPerCaller', 1],
    ['for walks, all together', 'walks', anybody, 'walks', 1],
    ['for walks, at one resource', 'walks', atOneResource, 'walksPerResource', 1],
    ['for requests of one user', 'users', oneCaller, 'requestsPerUser', 1],
  ])('%s', (_what, name, holderOf, budget, amount) => {
    expect(roomIn(start()[name] as Capacity, holderOf, amount)).toBe(figure(budget));
  });

  it('for requests of one user that wait for those under way, and for no more', async () => {
    const { users } = start();
    roomIn(users, oneCaller, 1);
    const gone = new AbortController();
    const waiting = Array.from({ length: figure('requestsWaitingPerUser') }, () =>
      users.take(1, oneCaller(0), { ms: 60_000, signal: () => gone.signal }).catch(() => 'gone'),
    );
    await expect(users.take(1, oneCaller(0), { ms: 60_000 })).rejects.toMatchObject({ status: 429 });
    gone.abort();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['gone']));
  });
});

it('All memory that callers can take together leaves room in 512 MB', () => {
  const whole = figure('bodiesTotal') + figure('answersTotal') + figure('bodiesExplained');
  // Two blocks and what is on its way of each upload; what is on its way of each download.
  const streams = figure('uploads') * 3 * figure('uploadBlock') + figure('downloads') * 4 * figure('answerPiece');
  expect(whole + streams).toBeLessThan(256 * MiB);
});

it('Every budget has a test that holds it', () => {
  for (const name of Object.keys(budgets) as BudgetName[]) {
    const [file, title] = proofsOfBudgets[name];
    expect(readFileSync(file, 'utf8'), `${name}: ${file}`).toContain(title);
  }
});
