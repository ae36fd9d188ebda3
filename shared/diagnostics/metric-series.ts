// What was recorded of one metric with one set of attributes since it was last taken: sums, the largest, and two quantiles
// from buckets whose bounds grow by a fifth, so that neither is off by more than that.

export type MetricKind = 'counter' | 'gauge' | 'histogram';

export interface MetricFigures {
  /** Sum of a counter or histogram, last of a gauge. */
  readonly value: number;
  readonly count: number;
  readonly max: number;
  /** Of a histogram. */
  readonly p50?: number;
  readonly p99?: number;
}

const growth = Math.log(1.2);

export class MetricSeries {
  readonly kind: MetricKind;
  readonly #buckets = new Map<number, number>();
  #value = 0;
  #count = 0;
  #max = Number.NEGATIVE_INFINITY;

  constructor(kind: MetricKind) {
    this.kind = kind;
  }

  record(value: number): void {
    this.#value = this.kind === 'gauge' ? value : this.#value + value;
    this.#count += 1;
    this.#max = Math.max(this.#max, value);
    if (this.kind === 'histogram') {
      const bucket = value <= 0 ? Number.NEGATIVE_INFINITY : Math.ceil(Math.log(value) / growth);
      this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
    }
  }

  figures(): MetricFigures {
    const figures = { value: this.#value, count: this.#count, max: this.#max };
    return this.kind === 'histogram' ? { ...figures, p50: this.#quantile(0.5), p99: this.#quantile(0.99) } : figures;
  }

  #quantile(share: number): number {
    let left = Math.ceil(share * this.#count);
    for (const [bucket, count] of [...this.#buckets].sort(([one], [other]) => one - other)) {
      left -= count;
      if (left <= 0) {
        return Math.min(this.#max, Math.exp(bucket * growth));
      }
    }
    return this.#max;
  }
}
