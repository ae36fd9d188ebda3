import { describe, expect, it } from 'vitest';
import { createDataMap, dataStore } from '../../shared/data-map/index.js';
import { physicalNames } from '../../shared/storage/index.js';
import { testStore } from './stores.js';

describe('The data map', () => {
  const messages = testStore({ name: 'messages', medium: 'table', shards: 16 });
  const images = testStore({ name: 'images', medium: 'blob' });

  it('lists stores in the order of declaration and finds them by name', () => {
    const dataMap = createDataMap([messages, images]);
    expect(dataMap.stores).toEqual([messages, images]);
    expect(dataMap.find('images')).toBe(images);
    expect(dataMap.find('other')).toBeUndefined();
    expect(dataMap.has(images)).toBe(true);
    expect(dataMap.has(testStore({ name: 'images', medium: 'blob' }))).toBe(false);
  });

  it('refuses two stores of one name, and one that has the name of another’s shard', () => {
    expect(() => createDataMap([images, testStore({ name: 'images', medium: 'table' })])).toThrow(/declared twice/);
    expect(() => createDataMap([messages, testStore({ name: 'messages03', medium: 'table' })])).toThrow(/shard of/);
    createDataMap([images, testStore({ name: 'images03', medium: 'table' })]);
  });

  it('refuses a store with personal data that does not say who writes about somebody after a wait', () => {
    const { lateWrites: _, ...silent } = { ...images, personalData: ['a name'] };
    expect(() => dataStore<unknown>(silent)).toThrow('after a wait');
    dataStore<unknown>({ ...silent, lateWrites: { settled: ['an upload'] } });
    dataStore<unknown>({ ...silent, personalData: [] });
  });

  it('holds what lies outside the account like all else, and storage opens nothing for it', () => {
    const outside = { medium: 'outside', liesIn: 'the log workspace of the geography' } as const;
    const logs = dataStore<unknown>({ ...images, name: 'logs', ...outside });
    expect(createDataMap([logs]).find('logs')).toBe(logs);
    expect(physicalNames(logs)).toEqual([]);
    expect(() => dataStore<unknown>({ ...images, name: 'logs', medium: 'outside' })).toThrow('says where');
    expect(() => dataStore<unknown>({ ...images, name: 'logs', liesIn: 'elsewhere' })).toThrow('says where');
  });
});
