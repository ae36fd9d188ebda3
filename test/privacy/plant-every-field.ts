// Somebody in every field of every operation of chat, SIP routing, of persons and of management, in every role and every stage of a thread:
// through the operations, wherever they are answered.
import type { Call } from '../answers/scene.js';
import type { CallOptions, TestUser } from '../app/call-app.js';
import { plantHidden } from '../erasure/hidden-scene.js';
import { plantChatFields, plantExpiring } from './plant-chat-fields.js';
import { plantManagement, type PlantedPlace } from './plant-management.js';
import type { PlantedMarks } from './planted-marks.js';

const number = '+4366488776655';

/** Where somebody is planted. */
export interface PlantingWorld {
  readonly call: Call;
  newUser(): Promise<TestUser>;
  /** Header of who may manage resources. */
  readonly manager: Readonly<Record<string, string>>;
  readonly place: PlantedPlace;
  /** Product time goes on, and everything that is due is done. */
  passDays(days: number): Promise<void>;
  /** Exports somebody with what they received, to its end; id of the operation. */
  makeArchive(rawId: string): Promise<string>;
}

export interface PlantedPerson {
  readonly anna: TestUser;
  /** Another, to whom much of it was sent. */
  readonly bert: TestUser;
  readonly personId: string;
}

/** Identities to be planted, before anything is; their tokens do not live as long as it takes. */
export async function castOf({ newUser }: Pick<PlantingWorld, 'newUser'>): Promise<readonly TestUser[]> {
  return [await newUser(), await newUser(), await newUser(), await newUser()];
}

export async function plantEveryField(
  { call, newUser, manager, place, passDays, makeArchive }: PlantingWorld,
  marks: PlantedMarks,
  cast: readonly TestUser[],
): Promise<PlantedPerson> {
  const { mark, passing, email } = marks;
  const [first, second, third] = cast as [TestUser, TestUser, TestUser];
  const [, restored] = await plantExpiring(call, { mark, passing }, { anna: first, bert: second, cleo: third });
  await passDays(31);
  const restoring = { retentionPolicy: { kind: 'none' } };
  await call('chat-restore-thread', { params: { chatThreadId: String(restored) }, body: restoring });
  await call('identity-revoke-tokens', { params: { id: first.id } });
  const users: TestUser[] = [];
  for (const { id } of cast) {
    const { body } = await call('identity-issue-token', { params: { id }, body: { scopes: ['chat'] } });
    users.push({ id, token: body.token });
  }
  const [anna, bert, cleo] = users as [TestUser, TestUser, TestUser];
  const process = {
    call: async <Body>(operation: string, options: CallOptions = {}) => {
      const answer = await call(operation, options);
      return { ...answer, body: answer.body as Body, text: String(answer.content) };
    },
    newUser: async () => users.shift() ?? newUser(),
  };
  const hidden = await plantHidden(process, makeArchive);
  const personId = hidden.marks.get('person') ?? '';
  for (const text of hidden.marks.values()) {
    marks.kept.add(text);
  }
  await plantChatFields(call, { mark, passing }, { anna, bert, cleo });
  const words = { text: (what: string) => `${mark(what)} of ${email}`, name: mark, passing, email };
  await plantManagement(call, manager, words, place);
  await plantSip(call, marks);
  await plantAsPerson(call, marks, { anna, bert, personId });
  return { anna, bert, personId };
}

/** What is kept of her as a person, with a number that is Bert's too. */
async function plantAsPerson(
  call: Call,
  { prefix, email, phone }: PlantedMarks,
  { anna, bert, personId }: PlantedPerson,
): Promise<void> {
  const shared = `4:${number}`;
  const link = (id: string, identifiers: readonly string[]) =>
    call('privacy-add-identifiers', { params: { personId: id }, body: { identifiers } });
  await link(personId, [email, shared, `4:${phone}`, 'other@post.example', `${prefix}-other@post.example`]);
  await link('bert', [bert.id, shared]);
  const params = { personId };
  const body = { identifiers: [`${prefix}-other@post.example`] };
  await call('privacy-remove-identifiers', { params, body });
  await call('privacy-find-persons', { body: { identifiers: [email] } });
  await call('retention-explain', { body: { kind: 'identity', id: anna.id } });
}

/** In SIP routing. By what calls are routed stays, and is named: what is described goes. */
async function plantSip(call: Call, { mark, email }: PlantedMarks): Promise<void> {
  const trunk = mark('trunk');
  const trunks = { [`${trunk}.example.com`]: { sipSignalingPort: 5061 } };
  const description = `${mark('sip route')} of ${email}`;
  const route = { name: mark('route'), description, numberPattern: mark('pattern'), trunks: [`${trunk}.example.com`] };
  await call('sip-update-routing', { body: { trunks, routes: [route] } });
}

/** In the sample capability. */
export async function plantInSample(call: Call, { mark, passing, email }: PlantedMarks, anna: TestUser): Promise<void> {
  const { body: note } = await call('sample-write-note', { body: { author: anna.id, text: mark('sample note') } });
  const post = { address: email, attachment: passing('sample attachment') };
  await call('sample-post-note', { params: { noteId: String(note.id) }, body: post });
}
