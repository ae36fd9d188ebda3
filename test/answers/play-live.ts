// The operations of live chat, called so that each of their answers is seen.
import type { Scene } from './scene.js';

export async function playLive({ app, call, newUser, upstream, socketService }: Scene): Promise<void> {
  const user = await newUser();
  await call('live-get-configuration', { user, query: { 'api-version': '2024-09-01' } });
  const session = await call('live-open-session', { user });
  await call('live-choose-transport', { user });
  const { host, calls } = socketService;
  await call('live-allow-upstream', { headers: { 'webhook-request-origin': host } });
  const told = async (type: string, state = '', body = '') => {
    const headers = {
      ...upstream,
      'ce-type': type,
      'ce-hub': 'acs',
      'ce-connectionid': 'one',
      'ce-userid': String(calls.find(({ path }) => path === ':generateToken')?.query['userId']),
      ...(state !== '' && { 'ce-connectionstate': state }),
    };
    return call('live-hear-upstream', { headers, body: Buffer.from(body) });
  };
  await told('azure.webpubsub.sys.connected');
  const { connectparams } = session.body;
  const args = [{ headers: { 'X-Skypetoken': user.token }, connectparams }];
  const words = `5:::${JSON.stringify({ name: 'user.authenticate', args })}`;
  const { headers } = await told('azure.webpubsub.user.message', '', words);
  const state = headers['ce-connectionstate'] ?? '';
  await call('live-register', { user });
  await told('azure.webpubsub.user.message', state, '5:1+::{"name":"ping"}');
  await told('azure.webpubsub.sys.disconnected', state);
  // As a client does it that cannot open a WebSocket.
  const window = { user, query: { epid: 'one' } };
  await call('live-open-session', window);
  const { body } = await call('live-open-session', window);
  const polling = { user, params: { sessionId: String(body.id) } };
  await call('live-choose-transport', { user, query: { poll: String(body.id) } });
  await call('live-poll', polling);
  await call('live-say', { ...polling, body: Buffer.from('0::') });
  await call('live-check', {});
  await call('live-end-registration', { user, params: { registrationId: app.issuer } });
}
