// The library's emulator as a whole, and the control plane: what it offers, what it refuses.
import { readFileSync } from 'node:fs';
import { TableServiceClient } from '@azure/data-tables';
import { type Emulator, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childrenOf } from './command-line.js';
import { askControl, type ControlAnswer } from './control-client.js';

let emulator: Emulator;
/** Of tests before these in the same process: a bundler that goes on waiting for work, for example. */
let strangers: readonly number[];

beforeAll(async () => {
  strangers = childrenOf(process.pid);
  emulator = await startEmulator({ ephemeral: true });
});

afterAll(() => emulator?.dispose());

const control = (method: string, path: string, body?: string, headers?: Record<string, string>) =>
  askControl(emulator, method, path, body, headers);

describe('the control plane', () => {
  it('tells its health and the functions of every geography', async () => {
    expect((await control('GET', '/health')).body).toEqual({
      status: 'ok',
      geographies: { europe: 'running', unitedstates: 'running' },
    });
    const { body } = await control('GET', '/functions');
    expect(Object.keys(body)).toEqual(['europe', 'unitedstates']);
    for (const functions of Object.values(body) as {
      name: string;
      trigger: string;
      route?: string;
      schedule?: string;
    }[][]) {
      expect(functions.length).toBeGreaterThan(0);
      for (const { trigger, route, schedule } of functions) {
        if (trigger === 'http') {
          expect(route).toMatch(/^[A-Z]/);
        }
        if (trigger === 'timer') {
          expect(schedule?.split(' ')).toHaveLength(6);
        }
      }
    }
  });

  it('moves the clock by the calendar and to a moment, and puts it back with a reset', async () => {
    const near = (answer: ControlAnswer, expected: string) => {
      expect(answer.status).toBe(200);
      expect(Math.abs(Date.parse(String(answer.body['now'])) - Date.parse(expected))).toBeLessThan(10_000);
    };
    near(await control('POST', '/clock', '{"set":"2030-01-31T12:00:00+01:00"}'), '2030-01-31T11:00:00Z');
    near(await control('POST', '/clock', '{"advance":"P1M"}'), '2030-02-28T11:00:00Z');
    near(await control('GET', '/clock'), '2030-02-28T11:00:00Z');
    expect((await emulator.clock.now()).getUTCFullYear()).toBe(2030);
    expect((await control('POST', '/reset')).body).toMatchObject({ offsetMs: 0 });
  });

  it('refuses bodies it does not understand, and changes nothing then', async () => {
    const refusals: [path: string, body: string, status: number, code: string][] = [
      ['/clock', '{"advance":"31 days"}', 400, 'InvalidDuration'],
      ['/clock', '{"advance":"-P1D"}', 400, 'InvalidDuration'],
      ['/clock', '{"advance":"P9000Y"}', 400, 'InvalidTime'],
      ['/clock', '{"set":"2030-01-31"}', 400, 'InvalidInstant'],
      ['/clock', '{"set":"1969-01-01T00:00:00Z"}', 400, 'InvalidTime'],
      ['/clock', '{"set":"2030-01-31T00:00:00Z","advance":"P1D"}', 400, 'InvalidClock'],
      ['/clock', '{"advnce":"P1D"}', 400, 'InvalidBody'],
      ['/clock', '', 400, 'InvalidClock'],
      ['/clock', '[]', 400, 'InvalidBody'],
      ['/clock', '{', 400, 'InvalidBody'],
      ['/clock', 'x'.repeat(65 * 1024), 413, 'BodyTooLarge'],
      ['/reset', '{"hard":true}', 400, 'InvalidBody'],
      ['/functions/nothing/run', '', 404, 'UnknownFunction'],
      ['/functions/nothing/run', '{"geography":"mars"}', 400, 'UnknownGeography'],
    ];
    for (const [path, body, status, code] of refusals) {
      const answer = await control('POST', path, body);
      expect({ path, status: answer.status, code: answer.body.error?.code }).toEqual({ path, status, code });
      expect(answer.body.error?.message).toMatch(/\.$/);
    }
    expect((await control('GET', '/clock')).body).toMatchObject({ offsetMs: 0 });
  });

  it('lists its routes when there is no such route', async () => {
    for (const [method, path] of [
      ['GET', '/reset'],
      ['GET', '/'],
      ['DELETE', '/clock'],
    ] as const) {
      const { status, body } = await control(method, path);
      expect(status).toBe(404);
      expect(body.error?.message).toContain('POST /functions/{name}/run');
    }
  });

  it('does not obey web pages, nor another host name', async () => {
    expect(await control('POST', '/reset', '', { origin: 'https://example.com' })).toMatchObject({ status: 403 });
    expect(await control('POST', '/reset', '', { host: 'example.com' })).toMatchObject({ status: 403 });
    expect(await control('GET', '/health', '', { 'sec-fetch-site': 'cross-site' })).toMatchObject({ status: 403 });
    expect(await control('POST', '/reset', '', { origin: 'null' })).toMatchObject({ status: 403 });
    expect(await control('GET', '/health', '', { origin: 'http://localhost:3000' })).toMatchObject({ status: 200 });
  });
});

describe('the processes of an emulator', () => {
  const connectionOf = (slug: string): string => emulator.ready.geographies[slug]?.storage ?? '';

  it("know a storage of their own: a geography's account is refused by the other's Azurite", async () => {
    const [own, other] = [connectionOf('europe'), connectionOf('unitedstates')];
    const tables = (connection: string) =>
      TableServiceClient.fromConnectionString(connection, { allowInsecureConnection: true }).listTables().next();
    const part = (name: string) => new RegExp(`${name}=[^;]+`).exec(own)?.[0] ?? '';
    await expect(tables(own)).resolves.toBeDefined();
    const withKey = other.replace(/AccountKey=[^;]+/, part('AccountKey'));
    await expect(tables(withKey)).rejects.toMatchObject({ statusCode: 403 });
    await expect(tables(withKey.replaceAll('domicileunitedstates', 'domicileeurope'))).rejects.toMatchObject({
      statusCode: 404, // there is no such account at all
    });
  });

  it('inherit nothing of the environment that was not meant for them', () => {
    const pids = childrenOf(process.pid).filter((pid) => !strangers.includes(pid));
    expect(pids.length).toBeGreaterThan(0);
    for (const pid of pids) {
      const names = readFileSync(`/proc/${pid}/environ`, 'utf8')
        .split('\0')
        .map((entry) => entry.split('=')[0]);
      const known = [
        'PATH',
        'HOME',
        'TMPDIR',
        'NODE_CHANNEL_FD',
        'NODE_CHANNEL_SERIALIZATION_MODE',
        'AZURITE_ACCOUNTS',
        '',
      ];
      expect(names.filter((name) => name !== undefined && !known.includes(name))).toEqual([]);
    }
  });
});
