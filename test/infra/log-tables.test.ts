// The tables of the log workspace against what the app declares and sends, both ways.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComposedApp } from '../../functions/compose.js';
import { functionQueryOf, logTables, metricsTable, streamNameOf } from '../../infra/plan/log-tables.js';
import { streamColumnsOf } from '../../shared/diagnostics/stream-columns.js';
import { composeForReading } from '../house/composed-app.js';

let app: ComposedApp;
beforeAll(async () => {
  app = await composeForReading();
});
afterAll(() => app?.storage.close());

const planned = logTables.filter((table) => table !== metricsTable);

describe('The log workspace', () => {
  it('has a table for each that the app writes to, with the columns that it sends, and no other', () => {
    const declared = app.capabilities.flatMap(({ logs = [] }) => logs.map(({ table }) => table));
    expect(declared.length).toBeGreaterThan(5);
    const sent = Object.fromEntries(declared.map((table) => [table.name, streamColumnsOf(table)]));
    expect(Object.fromEntries(planned.map(({ name, columns }) => [name, columns]))).toEqual(sent);
  });

  it('gives each row back as ACS’s table has it, by the name of that', () => {
    for (const { table } of app.capabilities.flatMap(({ logs = [] }) => logs)) {
      const query = functionQueryOf(planned.find(({ name }) => name === table.name) as (typeof planned)[number]);
      const [source, shown = ''] = query.split(' | project ');
      expect(source).toBe(`${table.name}_CL`);
      const columns = shown.split(', ').map((column) => column.split(' = ')[0]);
      expect(columns).toEqual(expect.arrayContaining([...Object.keys(table.columns), 'ResourceId']));
      expect(columns).not.toContain('LogCategory');
    }
  });

  it('has no more streams than one rule takes, and names that Azure takes', () => {
    // https://learn.microsoft.com/azure/azure-monitor/service-limits#data-collection-rules
    expect(logTables.length).toBeLessThanOrEqual(10);
    const reserved = ['id', 'title', 'type', 'uniqueid', 'tenantid', '_resourceid', '_subscriptionid', 'category'];
    for (const { name, columns } of logTables) {
      expect(streamNameOf(name)).toMatch(/^Custom-[A-Za-z][A-Za-z0-9_]{1,52}$/);
      expect(columns).toMatchObject({ TimeGenerated: 'datetime' });
      for (const column of Object.keys(columns)) {
        expect(column).toMatch(/^[A-Za-z][A-Za-z0-9_]{1,44}$/);
        expect(reserved).not.toContain(column.toLowerCase());
      }
    }
  });
});
