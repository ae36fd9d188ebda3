// Measures alternatives side by side: short slices in turns, the order reversed each time, a warm-up round discarded.
// One alternative is measured twice (an A/A pair): when it differs from itself, the machine was too noisy to tell.
import { rateOf, type Sample } from './sample.js';
import { type Spread, spreadOf } from './statistics.js';

/** Measures one slice of this length. */
export type Slice = (milliseconds: number) => Promise<Sample>;

export interface Comparison {
  /** What is compared with the baseline, by name. */
  readonly ours: Readonly<Record<string, Slice>>;
  readonly baseline: Slice;
  readonly slices: number;
  readonly sliceMs: number;
  /** What has to be steady in the A/A pair; default the rate. */
  readonly value?: (sample: Sample) => number;
  /** Told before each round. */
  readonly progress: (text: string) => void;
  /** Whether a run whose A/A pair differs is repeated; not needed when only counts matter. */
  readonly repeatsVoid: boolean;
}

export interface Round {
  readonly ours: Readonly<Record<string, Sample>>;
  readonly baseline: readonly [Sample, Sample];
}

export interface Compared {
  readonly rounds: readonly Round[];
  /** Ratio of the A/A pair. */
  readonly noise: Spread;
  /** The A/A pair differed in every attempt: nothing may be concluded from rates and times. */
  readonly isVoid: boolean;
  readonly attempts: number;
}

/** The compiler of V8 needs longer than a slice to settle. */
const warmUpFactor = 3;
const maxAttempts = 3;
const steadiest = { least: 0.9, most: 1.1 };

export async function compare(comparison: Comparison): Promise<Compared> {
  for (let attempts = 1; ; attempts++) {
    const rounds: Round[] = [];
    for (let round = 0; round <= comparison.slices; round++) {
      comparison.progress(round === 0 ? 'warm-up' : `slice ${round} of ${comparison.slices}`);
      const milliseconds = comparison.sliceMs * (round === 0 ? warmUpFactor : 1);
      const measured = await measureRound(comparison, milliseconds, round % 2 === 1);
      if (round > 0) {
        rounds.push(measured);
      }
    }
    const { value = rateOf } = comparison;
    const noise = spreadOf(rounds.map(({ baseline: [first, second] }) => value(first) / value(second)));
    const isVoid = !(noise.median >= steadiest.least && noise.median <= steadiest.most);
    if (!isVoid || !comparison.repeatsVoid || attempts === maxAttempts) {
      return { rounds, noise, isVoid, attempts };
    }
    comparison.progress(`void: the baseline differed from itself by ${noise.median.toFixed(2)}; again`);
  }
}

async function measureRound({ ours, baseline }: Comparison, milliseconds: number, isReversed: boolean): Promise<Round> {
  const slices = [...Object.values(ours), baseline, baseline];
  const samples: Sample[] = [];
  for (let step = 0; step < slices.length; step++) {
    const index = isReversed ? slices.length - 1 - step : step;
    samples[index] = await (slices[index] as Slice)(milliseconds);
  }
  const names = Object.keys(ours);
  const [first, second] = samples.slice(-2) as [Sample, Sample];
  return {
    ours: Object.fromEntries(names.map((name, index) => [name, samples[index] as Sample])),
    baseline: [first, second],
  };
}

/** One alternative against the mean of the two baseline slices of its round. */
export function ratioOf({ rounds }: Compared, name: string, value: (sample: Sample) => number): Spread {
  return spreadOf(
    rounds.map(({ ours, baseline: [first, second] }) => {
      return value(ours[name] as Sample) / ((value(first) + value(second)) / 2);
    }),
  );
}
