// P13: checking a user token and a signed request, against the bare primitives of node:crypto.
import { createHash, createHmac, createPublicKey, randomBytes, sign, verify } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  createSigningKeys,
  deriveSigningKey,
  issueUserToken,
  TokenVerifier,
  verifySignature,
} from '../../shared/auth/index.js';
import type { ApiRequest } from '../../shared/http/index.js';
import type { RunOptions } from '../case.js';
import { compare, ratioOf } from '../interleave.js';
import type { Goal, Result } from '../result.js';
import type { Sample } from '../sample.js';
import { medianOf } from '../statistics.js';
import { signedHeaders } from '../users.js';

const resourceId = '1b2c3d4e-0000-4000-8000-000000000001';

interface Pair {
  readonly what: string;
  readonly ours: () => unknown;
  readonly baseline: () => unknown;
  readonly ratioGoal?: Goal;
  /** Of our own time, microseconds. */
  readonly timeGoal?: Goal;
}

export async function verificationResults({ slices, sliceMs, progress }: RunOptions): Promise<Result[]> {
  const results: Result[] = [];
  for (const { what, ours, baseline, ratioGoal, timeGoal } of [...tokenPairs(), signaturePair()]) {
    const compared = await compare({
      ours: { checked: async (milliseconds) => spin(ours, milliseconds) },
      baseline: async (milliseconds) => spin(baseline, milliseconds),
      slices,
      sliceMs,
      value: microsEach,
      repeatsVoid: true,
      progress: (text) => progress(`P13, ${what}: ${text}`),
    });
    const ratio = ratioOf(compared, 'checked', microsEach);
    results.push({
      case: 'P13',
      what,
      unit: 'µs',
      ours: medianOf(compared.rounds.map((round) => microsEach(round.ours['checked'] as Sample))),
      baseline: medianOf(compared.rounds.flatMap((round) => round.baseline.map(microsEach))),
      ...(timeGoal === undefined ? { ratio } : {}),
      noise: compared.noise,
      isVoid: compared.isVoid,
      goal: ratioGoal ?? timeGoal,
      isGated: false,
    });
  }
  return results;
}

function tokenPairs(): Pair[] {
  const privateKey = deriveSigningKey(randomBytes(32));
  const keys = createSigningKeys(privateKey, []);
  const issuer = 'domicile/europe';
  const now = Date.now();
  const { token } = issueUserToken(
    { issuer, keys },
    {
      rawId: `8:acs:${resourceId}_00000011-9f42-4aef-88f7-08482200b423`,
      resourceId,
      resourceLocation: 'europe',
      scopes: new Set(['chat']),
      key: { slot: 'primary', generation: 1 },
      identityGeneration: 0,
      now,
      expiresInMinutes: 60,
    },
  );
  const verifier = new TokenVerifier({ issuer, keys });
  const bytes = Buffer.from(token.slice(0, token.lastIndexOf('.')));
  const signature = sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  const publicKey = createPublicKey(privateKey);
  const bare = (): unknown => verify('sha256', bytes, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
  return [
    {
      what: 'user token, first time, against node:crypto verify',
      ours: () => {
        verifier.clear();
        return verifier.verify(token, now);
      },
      baseline: bare,
      ratioGoal: { kind: 'at most', value: 1.5 },
    },
    {
      what: 'user token, seen before',
      ours: () => verifier.verify(token, now),
      baseline: bare,
      timeGoal: { kind: 'at most', value: 3 },
    },
  ];
}

function signaturePair(): Pair {
  const host = 'localhost:7401';
  const target = '/identities?api-version=2023-10-01';
  const body = '{"createTokenWithScopes":["chat"]}';
  const key = randomBytes(64);
  const date = new Date();
  const list = signedHeaders({ method: 'POST', path: target, host, accessKey: key.toString('base64'), body, date });
  const headers = new Map<string, string>();
  for (let index = 0; index < list.length; index += 2) {
    headers.set(list[index] ?? '', list[index + 1] ?? '');
  }
  const bodyBytes = Buffer.from(body);
  const request: ApiRequest = {
    method: 'POST',
    url: `http://${host}${target}`,
    params: {},
    header: (name) => headers.get(name),
    headers: () => headers,
    readBody: async () => bodyBytes,
    streamBody: () => Readable.from([bodyBytes]),
  };
  const check = {
    request,
    routeTemplate: 'identities',
    body: bodyBytes,
    keys: [
      { slot: 'primary', generation: 1, key },
      { slot: 'secondary', generation: 1, key: randomBytes(64) },
    ] as const,
    realNow: date.getTime(),
    emulator: false,
  };
  const text = `POST\n${target}\n${headers.get('x-ms-date')};${host};${headers.get('x-ms-content-sha256')}`;
  return {
    what: 'signed request, against its hash and two HMACs by node:crypto',
    ours: () => verifySignature(check),
    // Either key may have signed, so no check can do with less.
    baseline: () => {
      createHash('sha256').update(bodyBytes).digest('base64');
      for (const each of check.keys) {
        createHmac('sha256', each.key).update(text).digest();
      }
    },
    ratioGoal: { kind: 'at most', value: 1.5 },
  };
}

/** Runs `work` again and again for this long. */
function spin(work: () => unknown, milliseconds: number): Sample {
  const began = performance.now();
  let operations = 0;
  let now = began;
  for (; now < began + milliseconds; now = performance.now()) {
    for (let count = 0; count < 50; count++) {
      work();
    }
    operations += 50;
  }
  return { operations, seconds: (now - began) / 1000, p50Ms: Number.NaN };
}

function microsEach({ seconds, operations }: Sample): number {
  return (seconds * 1e6) / operations;
}
