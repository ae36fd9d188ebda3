// Gathers what the app records through the OpenTelemetry API, in bounded memory, until it is taken once a minute. It is a
// meter provider of ours, as small as what we record: an operator who registers another one first gets everything there.
import {
  type Attributes,
  createNoopMeter,
  type Meter,
  type MeterProvider,
  type MetricAttributes,
} from '@opentelemetry/api';
import { maxMetricSeries } from './log-limits.js';
import { type MetricFigures, type MetricKind, MetricSeries } from './metric-series.js';

export interface TakenMetric extends MetricFigures {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Names and codes of ours; whatever looks like anything else is left out, such as a number or a GUID. */
const word = /^(?!.*\d{5})(?!.*[\da-f]{8}-)[\w.:~-]{1,64}$/i;

export class MetricCollector implements MeterProvider {
  readonly #onRecord: () => void;
  #series = new Map<
    string,
    { readonly name: string; readonly attributes: Attributes; readonly series: MetricSeries }
  >();

  /** @param onRecord told of everything that is recorded */
  constructor(onRecord: () => void) {
    this.#onRecord = onRecord;
  }

  getMeter(): Meter {
    const instrument =
      (kind: MetricKind) =>
      (name: string): { record(value: number, attributes?: MetricAttributes): void } => ({
        record: (value, attributes = {}) => this.#record(kind, name, value, attributes),
      });
    const counter = (name: string) => {
      const { record } = instrument('counter')(name);
      return { add: record };
    };
    // Whatever we do not use records nothing.
    return Object.assign(Object.create(createNoopMeter()) as Meter, {
      createCounter: counter,
      createUpDownCounter: counter,
      createGauge: instrument('gauge'),
      createHistogram: instrument('histogram'),
    });
  }

  /** All that was recorded since the last time. */
  take(): readonly TakenMetric[] {
    const taken = [...this.#series.values()].map(({ name, attributes, series }) => ({
      name,
      attributes: onlyWords(attributes),
      ...series.figures(),
    }));
    this.#series = new Map();
    return taken;
  }

  #record(kind: MetricKind, name: string, value: number, attributes: Attributes): void {
    const key = `${name} ${Object.values(attributes).join(' ')}`;
    let found = this.#series.get(key);
    if (found === undefined) {
      if (this.#series.size >= maxMetricSeries) {
        return;
      }
      found = { name, attributes, series: new MetricSeries(kind) };
      this.#series.set(key, found);
    }
    found.series.record(value);
    this.#onRecord();
  }
}

function onlyWords(attributes: Attributes): Readonly<Record<string, string>> {
  const shown = Object.entries(attributes).map(([name, value]) => [name, String(value)] as const);
  return Object.fromEntries(shown.filter(([, value]) => word.test(value)));
}
