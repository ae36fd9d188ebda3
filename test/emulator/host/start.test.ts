// What makes the host refuse to start, hooks, and HTTP without streaming.
import { describe, expect, it } from 'vitest';
import { send } from './http-client.js';
import { startHostProcess } from './host-process.js';

type Registration = readonly [kind: string, name: string, options: Record<string, unknown>];

async function refusal(...functions: Registration[]): Promise<string> {
  try {
    const host = await startHostProcess({
      fixture: 'refused-app.mjs',
      settings: { REGISTER: JSON.stringify(functions) },
    });
    await host.stop();
    return 'started';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}

describe('the host refuses to start, and says why', () => {
  const cases: readonly (readonly [string, string, Registration[]])[] = [
    [
      'two functions answer the same route and method',
      'Functions "one" and "two" both answer GET /A/{y}. Change a route or a method.',
      [
        ['get', 'one', { route: 'a/{x}' }],
        ['http', 'two', { route: 'A/{y}', methods: ['PUT', 'GET'] }],
      ],
    ],
    [
      'two have the same name',
      'Two functions are called "ONE"',
      [
        ['get', 'one', {}],
        ['get', 'ONE', { route: 'b' }],
      ],
    ],
    ['a name is not valid', '"1st" is not a valid function name', [['get', '1st', { route: 'a' }]]],
    ['a name is taken by the host', '"host" is not a valid function name', [['get', 'host', {}]]],
    ['a route is taken by the host', 'The route "admin/x" begins', [['get', 'one', { route: 'admin/x' }]]],
    ['a function wants a key', 'Function keys are not supported', [['get', 'one', { authLevel: 'function' }]]],
    ['a schedule is not valid', 'Function "one": "60" is not valid', [['timer', 'one', { schedule: '60 * * * * *' }]]],
    ['a trigger is not supported', '"blobTrigger" is not supported', [['storageBlob', 'one', { path: 'x' }]]],
    [
      'a setting is missing',
      'Function "one" reads the setting "MISSING", which is missing',
      [['storageQueue', 'one', { queueName: 'q', connection: 'MISSING' }]],
    ],
    ['nothing is registered', 'The app registered nothing', []],
  ];
  it.concurrent.each(cases)('when %s', async (_title, sentence, functions) => {
    expect(await refusal(...functions)).toContain(sentence);
  });

  it.concurrent('when host.json is not valid', async () => {
    const started = startHostProcess({
      fixture: 'refused-app.mjs',
      hostJson: { extensions: { queues: { visibilityTimeout: 'soon' } } },
    });
    await expect(started).rejects.toThrow(/host\.json is not valid.*time span/s);
  });
});

it('without streaming, bodies go whole, hooks see every invocation and may change it', async () => {
  const host = await startHostProcess({ fixture: 'hooks-app.mjs', hostJson: {}, reencodePaths: true });
  try {
    const path = '/api/buffered/8%3Aacs?q=%3A';
    const answer = await send({
      port: host.port,
      method: 'POST',
      path,
      body: 'content',
      headers: { host: 'h.localhost:1' },
    });
    expect(answer).toMatchObject({ status: 202, headers: { 'x-id': '8:acs' } });
    expect(answer.body.toString()).toBe('http://h.localhost:1/api/buffered/8:acs?q=%3A content');
    expect((await send({ port: host.port, path: '/api/replaced' })).body.toString()).toBe('replaced');
    expect((await send({ port: host.port, path: '/api/throws' })).status).toBe(418);
    expect(await host.call('records')).toEqual(['buffered ok', 'replaced ok', 'throws no']);
    expect(host.logs).toContain('information [user] buffered: hooked: from the handler');
  } finally {
    await host.stop();
  }
});
