// The header in which the chat SDK sends its user token for live notifications.
import { describe, expect, it } from 'vitest';
import { skypeToken, userToken } from '../../shared/auth/index.js';
import { rawId, startDoor } from './incoming.js';

const auth = skypeToken('chat', 'chat.join');
const unauthorized = { status: 401, code: 'Unauthorized', message: 'Request is not authorized.' };

describe('X-Skypetoken', () => {
  it('holds a user token as it is', async () => {
    const { come, userTokenOf } = startDoor();
    const scopes = new Set(['chat']);
    expect(await come(auth, { headers: { 'x-skypetoken': userTokenOf('chat') } })).toEqual({
      kind: 'user',
      rawId,
      scopes,
    });
  });

  it('is checked like a bearer token: signature, end, revocation, scopes', async () => {
    const { come, userTokenOf, time } = startDoor();
    const token = userTokenOf('chat');
    const show = (text: string) => come(auth, { headers: { 'x-skypetoken': text } });
    expect(await show(startDoor().userTokenOf('chat'))).toEqual(unauthorized);
    expect(await show(`${token}x`)).toEqual(unauthorized);
    expect(await show('')).toEqual(unauthorized);
    expect(await show(userTokenOf('voip'))).toMatchObject({ status: 403, code: 'Forbidden' });
    time.product += 3_600_000;
    expect(await show(token)).toEqual(unauthorized);
    const revoked = startDoor({ isAlive: false });
    expect(await revoked.come(auth, { headers: { 'x-skypetoken': revoked.userTokenOf('chat') } })).toEqual(
      unauthorized,
    );
  });

  it('and a bearer token do not stand for one another', async () => {
    const { come, userTokenOf } = startDoor();
    const token = userTokenOf('chat');
    const [asBearer, asSkype] = [{ authorization: `Bearer ${token}` }, { 'x-skypetoken': token }];
    expect(await come(auth, { headers: asBearer })).toEqual(unauthorized);
    expect(await come(userToken('chat'), { headers: asSkype })).toEqual(unauthorized);
    expect(await come(auth, { headers: { ...asSkype, authorization: 'Bearer forged' } })).toMatchObject({ rawId });
  });
});
