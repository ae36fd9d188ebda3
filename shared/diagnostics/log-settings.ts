// What of a resource is logged, how long that is kept, and how people are called in it.
import type { LogSettings } from '../geography/index.js';
import type { LogTable } from './log-table.js';

/** Nothing, until the owner wants it: as in ACS, where a diagnostic setting has to be made first. */
export function defaultLogSettings(isEmulator: boolean): LogSettings {
  return { categories: 'none', retentionDays: 30, identifiers: isEmulator ? 'raw' : 'pseudonymous' };
}

export function isLogged({ categories }: LogSettings, { category }: Pick<LogTable, 'category'>): boolean {
  return typeof categories === 'string' ? categories === 'all' : categories.includes(category);
}
