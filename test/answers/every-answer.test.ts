// Every operation is called so that each answer that it declares is seen, and held against what it declares.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callApp, type CallOptions } from '../app/call-app.js';
import { recordedShapes } from '../sdk/recorded-shapes.js';
import { playCalls } from './play-calls.js';
import { playLive } from './play-live.js';
import {
  playChat,
  playEmail,
  playDiagnostics,
  playEvents,
  playIdentity,
  playPrivacy,
  playResidency,
  playRetention,
  playSample,
} from './play-data-plane.js';
import { playPhoneNumbers, playSip } from './play-numbers.js';
import { playRooms } from './play-rooms.js';
import { playManagement } from './play-management.js';
import { playSms } from './play-sms.js';
import { playSubscription } from './play-subscription.js';
import { playResourceManager } from './play-resource-manager.js';
import { openStage, type Scene, type Stage } from './scene.js';

/** By the first word of the names of operations. */
const plays: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  identity: playIdentity,
  chat: playChat,
  email: playEmail,
  sms: playSms,
  calls: playCalls,
  phone: playPhoneNumbers,
  sip: playSip,
  rooms: playRooms,
  live: playLive,
  events: playEvents,
  diagnostics: playDiagnostics,
  privacy: async (scene) => {
    await playPrivacy(scene);
    await playSubscription(scene);
  },
  residency: playResidency,
  retention: playRetention,
  management: playManagement,
  resource: playResourceManager,
  sample: playSample,
};

/** Answers that nobody gets, and why they are declared all the same. */
const neverGiven: Readonly<Record<string, string>> = {
  'management-link-notification-hub 200': 'always refused; the contract has no other answer',
};

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
}, 60_000);
afterAll(() => stage?.close());

const firstWord = (name: string) => name.slice(0, name.indexOf('-'));

describe('Every answer is as it is declared', () => {
  it.each(Object.entries(plays))(
    'of %s',
    async (word, play) => {
      const scene = stage.scene();
      await play(scene);
      const declared = stage.app.operations
        .filter(({ name }) => firstWord(name) === word)
        .flatMap(({ name, statuses }) => statuses.map((status) => `${name} ${status}`));
      const unseen = declared.filter((each) => !scene.seen.has(each));
      expect(unseen).toEqual(declared.filter((each) => each in neverGiven));
    },
    60_000,
  );

  it('and no service is left out', () => {
    expect(new Set(stage.app.operations.map(({ name }) => firstWord(name)))).toEqual(new Set(Object.keys(plays)));
  });
});

describe('Refusals have the fields that were recorded', () => {
  const nobody = { id: '8:acs:00000000-0000-4000-8000-000000000000_00000000-0000-4000-8000-000000000000' };
  const refused: Readonly<Record<string, CallOptions>> = {
    'identity-create 400': { body: { createTokenWithScopes: ['chat'], expiresInMinutes: 1441 } },
    'identity-delete 401': { params: nobody },
    'identity-exchange-teams-token 400': { body: { token: 'x', appId: '', userId: 'y' } },
    'identity-exchange-teams-token 401': { body: { token: 'x', appId: 'x', userId: 'y' } },
    'identity-issue-token 400': { params: nobody, body: { scopes: [] } },
    'identity-issue-token 401': { params: nobody, body: { scopes: ['chat'] } },
    'identity-revoke-tokens 401': { params: nobody },
    'rooms-create 400': { body: { participants: { 'invalid MRI Values': { role: 'Presenter' } } } },
    'rooms-get 400': { params: { roomId: 'non-existingroomId' } },
    'rooms-get 404': { params: { roomId: '99489591288611569' } },
    'rooms-update 400': { params: { roomId: 'non-existingroomId' }, body: {} },
    'rooms-update 404': { params: { roomId: '78469124725336262' }, body: {} },
  };
  const recorded = recordedShapes.filter(({ status }) => status >= 400);

  it.each(recorded.map((shape) => [`${shape.operation} ${shape.status}`, shape] as const))('%s', async (key, shape) => {
    const { status, body } = await callApp(stage.app, shape.operation, refused[key]);
    expect(status).toBe(shape.status);
    for (const [path, type] of Object.entries(shape.fields ?? {})) {
      const value = path.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], body);
      expect(typeof value, path).toBe(type);
    }
  });
});
