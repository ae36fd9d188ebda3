// Who is let in, and for how long it is not asked again.
import { describe, expect, it } from 'vitest';
import { AppUnreachable } from '../../gateway/app-client.js';
import { IssuerUnavailable } from '../../gateway/issuer.js';
import { SignIns } from '../../gateway/sign-ins.js';
import { randomIds } from '../../shared/time/ids.js';

const minuteMs = 60_000;
const application = {
  applicationId: '11111111-2222-4333-8444-555555555555',
  tenantId: '11111111-2222-4333-8444-666666666666',
};
const known = { resource: 'contoso', host: 'contoso.europe.example', ...application };

function scene() {
  const time = { ms: 0 };
  const state = { secret: 'right', isIssuerUp: true, asks: 0, user: known as object | undefined, isAppUp: true };
  const signIns = new SignIns({
    ids: randomIds,
    clock: { now: () => 0, realNow: () => 0, monotonic: () => time.ms },
    app: {
      ask: async () => {
        if (!state.isAppUp) {
          throw new AppUnreachable();
        }
        return state.user === undefined
          ? { status: 404, body: { error: { code: 'NoSmtpUser' } } }
          : { status: 200, body: state.user };
      },
    },
    issuer: {
      isSecretOf: async (_application, secret) => {
        state.asks += 1;
        if (!state.isIssuerUp) {
          throw new IssuerUnavailable();
        }
        return secret === state.secret;
      },
    },
  });
  const signIn = (password: string, address = '192.0.2.1', username = 'shop') =>
    signIns.signIn(username, password, address).then(
      ({ resource }) => resource,
      (error: { readonly responseCode: number }) => error.responseCode,
    );
  return { time, state, signIn };
}

describe('A login', () => {
  it('is asked of the issuer once in two minutes, for the same password alone', async () => {
    const { time, state, signIn } = scene();
    expect(await signIn('right')).toBe('contoso');
    time.ms = 2 * minuteMs - 1;
    expect(await signIn('right')).toBe('contoso');
    expect(state.asks).toBe(1);
    expect(await signIn('wrong')).toBe(535);
    expect(state.asks).toBe(2);
    state.secret = 'changed';
    time.ms += 1;
    expect(await signIn('right')).toBe(535);
  });

  it('ends at once with the user, and with its application', async () => {
    const { state, signIn } = scene();
    await signIn('right');
    state.user = { ...known, applicationId: application.tenantId };
    state.secret = 'other';
    expect(await signIn('right')).toBe(535);
    state.user = undefined;
    expect(await signIn('other')).toBe(535);
  });

  it('is not known to be wrong while nobody can tell', async () => {
    const { state, signIn } = scene();
    state.isIssuerUp = false;
    expect(await signIn('right')).toBe(454);
    state.isAppUp = false;
    expect(await signIn('right')).toBe(454);
    Object.assign(state, { isIssuerUp: true, isAppUp: true });
    expect(await signIn('right')).toBe('contoso');
  });

  it('waits five minutes after ten that failed from one address, and from no other', async () => {
    const { time, state, signIn } = scene();
    for (let attempt = 0; attempt < 10; attempt++) {
      expect(await signIn('wrong')).toBe(535);
    }
    expect(await signIn('right')).toBe(454);
    expect(state.asks).toBe(10);
    expect(await signIn('right', '192.0.2.2')).toBe('contoso');
    time.ms = 5 * minuteMs;
    expect(await signIn('right')).toBe('contoso');
  });

  it('learns no more by many tries at once, and one that is right waits for those before it', async () => {
    const { state, signIn } = scene();
    const wrong = await Promise.all(Array.from({ length: 250 }, () => signIn('wrong')));
    expect(state.asks).toBe(10);
    expect(wrong.filter((each) => each === 535)).toHaveLength(10);
    expect(wrong.filter((each) => each === 454)).toHaveLength(240);
    const right = await Promise.all(Array.from({ length: 100 }, () => signIn('right', '192.0.2.2')));
    expect(new Set(right)).toEqual(new Set(['contoso']));
  });

  it('counts for both forms of a name of ACS together', async () => {
    const { state, signIn } = scene();
    const { applicationId, tenantId } = application;
    for (let attempt = 0; attempt < 20; attempt++) {
      await signIn('wrong', '192.0.2.1', ['Contoso', applicationId, tenantId].join(attempt % 2 === 0 ? '.' : '|'));
    }
    expect(state.asks).toBe(10);
  });

  it('waits after fifty that failed from one address for whomever, and one of its own that is right changes nothing', async () => {
    const { state, signIn } = scene();
    for (let attempt = 0; attempt < 50; attempt++) {
      expect(await signIn('wrong', '192.0.2.1', `user${attempt}`)).toBe(535);
      expect(await signIn('right', '192.0.2.1', 'own')).toBe(attempt < 49 ? 'contoso' : 454);
    }
    const { asks } = state;
    expect(await signIn('wrong', '192.0.2.1', 'user50')).toBe(454);
    expect(state.asks).toBe(asks);
    expect(await signIn('right', '192.0.2.2')).toBe('contoso');
  });

  it('without a password makes nobody forget that others have failed', async () => {
    const { signIn } = scene();
    for (let attempt = 0; attempt < 10; attempt++) {
      await signIn('wrong');
    }
    for (let attempt = 0; attempt < 10_001; attempt++) {
      await signIn('', '192.0.2.2', `user${attempt}`);
    }
    expect(await signIn('right')).toBe(454);
  });

  it('is not known to be right because somebody else answers in place of the app', async () => {
    const { state, signIn } = scene();
    state.user = {};
    expect(await signIn('right')).toBe(454);
    expect(state.asks).toBe(0);
  });

  it('asks nobody about a password that is none', async () => {
    const { state, signIn } = scene();
    expect(await signIn('')).toBe(535);
    expect(await signIn('x'.repeat(2_000))).toBe(535);
    expect(state.asks).toBe(0);
  });
});
