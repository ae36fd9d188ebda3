// Which figures are in force: those of ACS, generous ones that only stop abuse, or own ones on top of either.
import { z } from 'zod';
import { type Budget, type Rate, type WindowName, windowMs } from './rate.js';

/** The rates of every budget, by its name. No rates: no limit. */
export type Profile = ReadonlyMap<string, readonly Rate[]>;

// A hundred times ACS's figures is out of reach for people and their applications. ACS's own differ by a factor of fifty,
// so no budget gets less than 1,000 calls a second either: half of what one partition of Azure storage carries (2,000
// rows a second), so that whoever floods one thread is stopped before its partition is.
const openFactor = 100;
const openLeastPerSecond = 1_000;

const maxRatesPerBudget = 8;
const maxCount = 1_000_000_000;

const OwnFigures = z.looseObject({ base: z.enum(['acs', 'open']).default('open') });
const Rates = z
  .array(
    z.strictObject({
      per: z.string(),
      count: z.int().min(1).max(maxCount),
      window: z.enum(Object.keys(windowMs) as WindowName[]),
    }),
  )
  .max(maxRatesPerBudget);

const shape =
  'Rate limits are "open", "acs", or an object of own figures such as ' +
  '{"base": "acs", "chat.changeMessages": [{"per": "thread", "count": 2, "window": "10s"}]}.';

/**
 * @param value `open`, `acs`, or an object: `base` (default `open`), and by name of a budget the rates that replace its own
 * @throws {Error} one sentence that says what is wrong; it quotes no part of the value but names of budgets
 */
export function readProfile(value: unknown, budgets: readonly Budget[]): Profile {
  if (value === 'acs' || value === 'open') {
    return baseProfile(value, budgets);
  }
  const read = OwnFigures.safeParse(value);
  if (!read.success) {
    throw new Error(shape);
  }
  const { base, ...own } = read.data;
  const profile = new Map(baseProfile(base, budgets));
  for (const [name, figures] of Object.entries(own)) {
    const budget = budgets.find((each) => each.name === name);
    if (budget === undefined) {
      const names = budgets.map((each) => each.name).join(', ');
      throw new Error(`The rate limits name an entry that does not exist. There are: base, ${names}.`);
    }
    profile.set(name, readRates(budget, figures));
  }
  return profile;
}

function baseProfile(base: 'acs' | 'open', budgets: readonly Budget[]): Profile {
  return new Map(budgets.map(({ name, rates }) => [name, base === 'acs' ? rates : rates.map(opened)]));
}

function opened({ per, count, window }: Rate): Rate {
  return { per, count: Math.max(openFactor * count, openLeastPerSecond * (windowMs[window] / 1000)), window };
}

function readRates(budget: Budget, figures: unknown): readonly Rate[] {
  const scopes = new Map(budget.scopes.map((scope) => [scope.name, scope]));
  const rates = Rates.safeParse(figures).data?.flatMap(({ per: name, ...figure }): Rate[] => {
    const per = scopes.get(name);
    return per === undefined ? [] : [{ per, ...figure }];
  });
  // One that names no scope is missing here.
  if (rates !== undefined && rates.length === (figures as unknown[]).length) {
    return rates;
  }
  throw new Error(
    `The rate limits of ${budget.name} are not a list of at most ${maxRatesPerBudget} rates, each with ` +
      `"per" (${[...scopes.keys()].join(', ')}), "count" (a whole number from 1) and "window" (${Object.keys(windowMs).join(', ')}).`,
  );
}
