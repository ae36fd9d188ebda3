// Every operation of rooms, called so that each of its answers is seen.
import type { Scene } from './scene.js';

export async function playRooms({ call, newUser }: Scene): Promise<void> {
  const [anna, bert] = [await newUser(), await newUser()];
  const body = { pstnDialOutEnabled: true, participants: { [anna.id]: { role: 'Presenter' } } };
  const made = await call('rooms-create', { body });
  const params = { roomId: String(made.body.id) };
  await call('rooms-get', { params });
  await call('rooms-update', { params, body: { pstnDialOutEnabled: false } });
  const participants = { [anna.id]: null, [bert.id]: {} };
  await call('rooms-update-participants', { params, body: { participants } });
  await call('rooms-list-participants', { params });
  await call('rooms-list');
  await call('rooms-delete', { params });
}
