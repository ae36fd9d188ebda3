// Hands the figures of this process to the log workspace once a minute, as rows of a table of their own. What is not taken
// then is dropped and counted: the next minute has figures of its own.
import { metrics } from '@opentelemetry/api';
import { toIso } from '../time/instant.js';
import type { Clock } from '../time/clock.js';
import type { DroppedRows } from './dropped-rows.js';
import type { Ingestion } from './ingestion.js';
import { gatherMetricsMs } from './log-limits.js';
import { MetricCollector } from './metric-collector.js';
import { streamOf } from './stream-columns.js';

const metricsTable = 'DomicileMetrics';

export interface MetricExporterParts {
  readonly ingestion: Ingestion;
  readonly dropped: DroppedRows;
  readonly clock: Clock;
  /** Waits in real time, and keeps no process alive. */
  pause(ms: number): Promise<void>;
}

/** One a process: what is recorded goes to the first that is registered. */
export class MetricExporter {
  readonly collector: MetricCollector;
  readonly #parts: MetricExporterParts;
  #isGathering = false;

  constructor(parts: MetricExporterParts) {
    this.#parts = parts;
    this.collector = new MetricCollector(() => {
      if (!this.#isGathering) {
        this.#isGathering = true;
        void this.#gather();
      }
    });
  }

  /** Has what is recorded come here. @returns false when somebody else collects it already */
  begin(): boolean {
    return metrics.setGlobalMeterProvider(this.collector);
  }

  async flush(): Promise<void> {
    const { ingestion, dropped, clock } = this.#parts;
    const at = toIso(clock.realNow());
    const rows = this.collector.take().map(({ name, attributes, value, count, max, p50, p99 }) => ({
      TimeGenerated: at,
      Name: name,
      Value: value,
      Count: count,
      Max: max,
      ...(p50 !== undefined && { P50: p50, P99: p99 }),
      Attributes: attributes,
    }));
    if (rows.length === 0) {
      return;
    }
    const { kind } = await ingestion.upload(streamOf(metricsTable), rows);
    if (kind !== 'taken') {
      dropped.add(metricsTable, rows.length);
    }
  }

  /** @param limitMs real time */
  async stop(limitMs: number): Promise<void> {
    metrics.disable();
    await Promise.race([this.flush(), this.#parts.pause(limitMs)]);
  }

  async #gather(): Promise<void> {
    await this.#parts.pause(gatherMetricsMs);
    this.#isGathering = false;
    await this.flush();
  }
}
