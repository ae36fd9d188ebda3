import { decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { operation } from '../../shared/api/index.js';
import { callToken, userToken } from '../../shared/auth/index.js';
import { productNow, resource, startDoor } from './incoming.js';

const callId = '421f0b00-a5f0-4000-8000-000000000007';
const auth = callToken('callConnectionId');
const params = { callConnectionId: callId };
const subject = { resourceId: resource.immutableId, callId };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const seconds = Math.floor(productNow / 1000);
const refused = { status: 401, code: 'Unauthorized', message: 'Request is not authorized.' };

function startCall() {
  const door = startDoor();
  const issue = (more: object = {}) =>
    door.callTokens.issue({ ...subject, now: productNow, expiresInSeconds: 300, ...more });
  const forge = (changed: Record<string, unknown> = {}, header: object = {}) => {
    const payload = JSON.parse(JSON.stringify({ ...decodeJwt(issue()), ...changed })) as Record<string, unknown>;
    const { kid, privateKey } = door.signer.keys.current;
    return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid, typ: 'call+jwt', ...header }).sign(privateKey);
  };
  return { ...door, issue, forge, show: (token: string) => door.come(auth, { headers: bearer(token), params }) };
}

describe('a token of a call', () => {
  it('opens this call, and says whom it was given to', async () => {
    const { issue, show, forge } = startCall();
    expect(await show(issue())).toEqual({ kind: 'call', callId, holder: undefined });
    expect(await show(issue({ holder: '8:acs:ada' }))).toEqual({ kind: 'call', callId, holder: '8:acs:ada' });
    expect(await show(await forge())).toMatchObject({ kind: 'call' });
  });

  it('is an ES256 token for the audience of the call, and ends', () => {
    const token = startCall().issue();
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'ES256', typ: 'call+jwt' });
    expect(decodeJwt(token)).toEqual({
      iss: 'domicile/europe',
      aud: `call:${callId}`,
      resourceId: resource.immutableId,
      iat: seconds,
      exp: seconds + 300,
    });
  });

  it('opens no other call, and no call of another resource', async () => {
    const { issue, show, come } = startCall();
    expect(await show(issue({ callId: `${callId}0` }))).toEqual(refused);
    expect(await show(issue({ resourceId: 'another' }))).toEqual(refused);
    const headers = bearer(issue());
    expect(await come(auth, { headers, params: { callConnectionId: callId.toUpperCase() } })).toEqual(refused);
    expect(await come(auth, { headers, params: {} })).toEqual(refused);
  });

  it('ends to the millisecond, in product time', async () => {
    const { issue, show, time } = startCall();
    const token = issue();
    time.real = 0;
    time.product = (seconds + 300) * 1000 - 1;
    expect(await show(token)).toMatchObject({ kind: 'call' });
    time.product += 1;
    expect(await show(token)).toEqual(refused);
    time.product = seconds * 1000 - 60_000;
    expect(await show(token)).toMatchObject({ kind: 'call' });
    time.product -= 1;
    expect(await show(token)).toEqual(refused);
  });

  it.each([
    ['another issuer', { iss: 'domicile/germany' }],
    ['no issuer', { iss: undefined }],
    ['several audiences', { aud: [`call:${callId}`] }],
    ['no audience', { aud: undefined }],
    ['no end', { exp: undefined }],
    ['an end that is text', { exp: String(seconds + 300) }],
    ['a longer life than such a token has', { exp: seconds + 24 * 3600 + 1 }],
    ['no beginning', { iat: undefined }],
    ['a claim that nobody understands', { scp: 'everything' }],
  ])('is refused with %s', async (_, changed) => {
    const { forge, show } = startCall();
    expect(await show(await forge(changed))).toEqual(refused);
  });

  it('is refused when it is none, unsigned, of another kind, or too long', async () => {
    const { forge, show, come, userTokenOf, issue } = startCall();
    const tokens = [
      'x',
      new UnsecuredJWT(decodeJwt(issue())).encode(),
      await forge({}, { typ: 'JWT' }),
      await forge({ sub: 'x'.repeat(5_000) }),
      userTokenOf('voip'),
      startCall().issue(),
    ];
    for (const token of tokens) {
      expect(await show(token)).toEqual(refused);
    }
    expect(await come(auth, { params })).toEqual(refused);
    expect(await come(auth, { headers: { 'x-skypetoken': issue() }, params })).toEqual(refused);
  });

  it('is no user token', async () => {
    const { issue, come } = startCall();
    expect(await come(userToken('voip', 'chat'), { headers: bearer(issue()) })).toEqual(refused);
  });

  it('is not issued for longer than a day, nor for no time', () => {
    const { issue } = startCall();
    for (const expiresInSeconds of [0, -1, 86_401, Number.NaN]) {
      expect(() => issue({ expiresInSeconds })).toThrow(RangeError);
    }
    expect(decodeJwt(issue({ expiresInSeconds: 86_400 })).exp).toBe(seconds + 86_400);
  });

  it('is asked for only where the route names the call', () => {
    const declare = () =>
      operation({ name: 'x', summary: 'X.', service: 'chat', route: 'GET calls/{id}', auth, ok: async () => ({}) });
    expect(declare).toThrow('Operation x asks for the token of a call, but has no {callConnectionId} in its route.');
  });
});
