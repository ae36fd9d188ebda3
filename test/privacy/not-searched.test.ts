// What people wrote in chat about an address, a number or a name is not looked for; whoever erases by one is told so, in each way
// of erasing, before and in the receipt.
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Scene, type Stage } from '../answers/scene.js';
import type { CallOptions, TestUser } from '../app/call-app.js';
import { scanStorage } from '../scan/scan-storage.js';

interface Remainder {
  readonly store: string;
  readonly what: string;
  readonly why: string;
}

const address = 'anna.not-searched@post.example';
const number = '+4366455443322';
const ofOthers = /^What other participants wrote in the same threads, also where they quote or name the person$/;
const ofWords =
  /^The number, address or name, wherever somebody wrote it in a chat thread: topics and display names included$/;
const ofResources = /^What each resource of the subscription keeps itself: .*\bchatthreads\b/;

let stage: Stage;
let scene: Scene;
let anna: TestUser;
beforeAll(async () => {
  stage = await openStage();
  scene = stage.scene();
  anna = await scene.newUser();
  const bert = await scene.newUser();
  const body = { topic: `About ${address}`, participants: [{ communicationIdentifier: { rawId: anna.id } }] };
  const { chatThread } = (await scene.call('chat-create-thread', { user: bert, body })).body;
  const params = { chatThreadId: String(chatThread.id) };
  await scene.call('chat-send-message', { user: bert, params, body: { content: `Call Anna Berger at ${number}` } });
  await scene.call('privacy-add-identifiers', { params: { personId: 'anna-1' }, body: { identifiers: [anna.id] } });
  const tagged = { location: 'europe', tags: { owner: address } };
  const group = { ...subscription.params, resourceGroupName: 'people' };
  await scene.call('resource-manager-put-group', { headers: scene.manager, params: group, body: tagged });
}, 60_000);
afterAll(() => stage?.close());

const subscription = {
  params: { subscriptionId: '11111111-2222-3333-4444-555555555555', location: 'europe' },
};

/** Each way of erasing, and what it says of chat. */
const ways: readonly (readonly [way: string, operation: string, () => CallOptions, readonly RegExp[]])[] = [
  ['an identity', 'privacy-erase', () => ({ body: { identifiers: [anna.id] } }), [ofOthers]],
  ['an address alone', 'privacy-erase', () => ({ body: { identifiers: [address] } }), [ofWords]],
  ['a number alone', 'privacy-erase', () => ({ body: { identifiers: [number] } }), [ofWords]],
  ['a name alone', 'privacy-erase', () => ({ body: { identifiers: ['name:Anna Berger'] } }), [ofWords]],
  ['both', 'privacy-erase', () => ({ body: { identifiers: [anna.id, address] } }), [ofOthers, ofWords]],
  ['a person', 'privacy-erase-person', () => ({ params: { personId: 'anna-1' }, body: {} }), [ofOthers]],
  [
    // As over all resources: this one knows her by what another has linked.
    'a person whom only another resource knows',
    'privacy-erase-person',
    () => ({ params: { personId: 'anna-2' }, body: { identifiers: [address] } }),
    [ofWords],
  ],
  [
    'what management keeps',
    'privacy-erase-subscription',
    () => ({ ...subscription, headers: scene.manager, body: { identifiers: [address] } }),
    [ofResources],
  ],
];

const ofChat = (notErased: readonly Remainder[]) =>
  notErased.filter(({ store }) => store === 'chatthreads' || store === 'resource').map(({ what }) => what);

describe('Whoever erases is told what of chat stays', () => {
  it.each(ways)('by %s', async (_, operation, options, expected) => {
    const { body, ...rest } = options();
    const plan = await scene.call(operation, { ...rest, body: { ...(body as object), dryRun: true } });
    const notErased = plan.body.notErased as readonly Remainder[];
    expect(ofChat(notErased)).toEqual(expected.map((what) => expect.stringMatching(what)));
    for (const { why } of notErased) {
      expect(why.length).toBeGreaterThan(10);
    }
    expect(JSON.stringify(notErased)).not.toMatch(/anna|berger|4366455/i);
  });

  it('in the receipt as before, and that is so', async () => {
    const { body } = await scene.call('privacy-erase', { body: { identifiers: [address, number] } });
    await scene.finishOperation(String(body.id));
    const params = { operationId: String(body.id) };
    const { result } = (await scene.call('privacy-get-operation', { params })).body;
    const { notErased } = decodeJwt(String(result.receipt)) as { readonly notErased: readonly Remainder[] };
    expect(ofChat(notErased)).toEqual([expect.stringMatching(ofWords)]);
    const { hits } = await scanStorage(stage.connectionString, [address, number]);
    const stores = new Set(hits.map(({ store }) => store.replace(/\d+$/, '')));
    // What management keeps is of another right.
    expect([...stores].sort()).toEqual(['chatthreads', 'resourcegroups']);
  });
});
