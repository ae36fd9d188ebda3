// What is shown of the service, and what wakes somebody, against the figures that the app records.
import { describe, expect, it } from 'vitest';
import { alertedMetrics, figureAlerts, panels, workbookContent } from '../../infra/plan/telemetry.js';
import { metricsTable } from '../../infra/plan/log-tables.js';
import { metricNames } from '../../shared/diagnostics/metrics.js';

describe('The telemetry that is deployed', () => {
  it('shows latency, storage, commits, retention, erasures, deliveries and dropped rows, and nothing else', () => {
    expect(panels.map(({ metric }) => metric)).toEqual([
      'domicile.requests.duration',
      'domicile.storage.transactions',
      'domicile.log.commit.size',
      'domicile.retention.lag',
      'domicile.erasures.age',
      'domicile.deliveries.waiting',
      'domicile.deliveries.oldest',
      'domicile.logs.dropped',
    ]);
    const { items } = JSON.parse(workbookContent()) as { items: { name: string; content: { query?: string } }[] };
    expect(items.slice(1).map(({ name, content }) => [name, content.query])).toEqual(
      panels.map(({ metric, query }) => [metric, query]),
    );
  });

  it('names no metric that the app does not record, and no column that its table does not have', () => {
    for (const name of [...panels.map(({ metric }) => metric), ...alertedMetrics]) {
      expect(metricNames).toContain(name);
    }
    const known = [...Object.keys(metricsTable.columns), 'DomicileMetrics_CL'];
    for (const { query } of [...panels, ...figureAlerts]) {
      const words = query.replaceAll(/"[^"]*"/g, '').match(/\b[A-Z]\w+(?!\w* =)(?=\b(?! =))/g) ?? [];
      expect(words.filter((word) => !known.includes(word))).toEqual([]);
    }
  });

  it('wakes somebody where a promise breaks: kept too long, not erased, not delivered, not written', () => {
    expect(figureAlerts.map(({ name, severity }) => [name, severity])).toEqual([
      ['retention-lag', 1],
      ['erasure-age', 1],
      ['delivery-age', 2],
      ['dropped-logs', 2],
    ]);
  });
});
