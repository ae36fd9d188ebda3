import { expect, it } from 'vitest';
import { webhookHandshake } from '../../functions/wire/webhook-handshake.js';
import { startPipeline } from './test-pipeline.js';

const handshake = webhookHandshake({
  name: 'test-handshake',
  service: 'privacy',
  path: 'inbound/{carrier}',
  auth: { kind: 'anonymous' },
  allowedRate: 100,
  allows: (origin, { carrier }) => origin === 'events.example' && carrier === 'north',
});

async function ask(headers: Record<string, string>, carrier = 'north') {
  return startPipeline().ask(handshake, { params: { carrier }, headers });
}

it('A sender that may deliver is told so, and how often', async () => {
  expect(handshake).toMatchObject({ method: 'OPTIONS', path: 'inbound/{carrier}' });
  const { status, headers } = await ask({ 'webhook-request-origin': 'events.example', 'webhook-request-rate': '500' });
  expect(status).toBe(200);
  expect(headers).toMatchObject({ 'webhook-allowed-origin': 'events.example', 'webhook-allowed-rate': '100' });
  const slow = await ask({ 'webhook-request-origin': 'events.example', 'webhook-request-rate': '7' });
  expect(slow.headers['webhook-allowed-rate']).toBe('7');
});

it('Others are refused, and so is who does not say who it is', async () => {
  const stranger = await ask({ 'webhook-request-origin': 'other.example' });
  expect(stranger.status).toBe(403);
  expect(stranger.headers).not.toHaveProperty('webhook-allowed-origin');
  expect((await ask({ 'webhook-request-origin': 'events.example' }, 'south')).status).toBe(403);
  expect(await ask({})).toMatchObject({
    status: 400,
    body: { error: { target: 'webhook-request-origin' } },
  });
});
