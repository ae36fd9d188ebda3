import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deriveAccessKey, KeyRing, wellKnownMasterSecret } from '../../shared/auth/index.js';

const secret = Buffer.from(wellKnownMasterSecret, 'base64');
const resource = {
  immutableId: '1b2c3d4e-0000-4000-8000-000000000001',
  keyGenerations: { primary: 0, secondary: 3 },
  masterSecretVersion: 1,
};

/** HKDF as RFC 5869 defines it, on HMAC alone. */
function hkdf(master: Buffer, salt: string, info: Buffer, length: number): Buffer {
  const hmac = (key: Buffer | string, ...data: Buffer[]): Buffer =>
    createHmac('sha256', key).update(Buffer.concat(data)).digest();
  const pseudoRandomKey = hmac(salt, master);
  const blocks: Buffer[] = [];
  for (let n = 1; Buffer.concat(blocks).length < length; n++) {
    blocks.push(hmac(pseudoRandomKey, blocks.at(-1) ?? Buffer.alloc(0), info, Buffer.from([n])));
  }
  return Buffer.concat(blocks).subarray(0, length);
}

describe('access keys', () => {
  it('stay the same for ever: connection strings in use must keep working', () => {
    expect(deriveAccessKey(secret, resource, 'primary')).toBe(
      '6x41RBrI+D0Bwy0Hg3u7Uh7LPUlgDtQxMo4E0ZNU1vKG+ysYgFUOyR3QlH9ae9+DHky7Tma/vvSjsGW5hH5snA==',
    );
    expect(deriveAccessKey(secret, resource, 'secondary')).toBe(
      'Tridr1iCuRwGWmsfiK7D1FG+/vtZxans31CDv+Wcnx4bQWCUCbpsBxPwb5QTIWBKCllx55KbDq5GueZyK5BuTw==',
    );
  });

  it('are HKDF-SHA256 over the master secret with every distinction in the info, each part behind its length', () => {
    const parts = ['access-key', resource.immutableId, 'secondary', '3'].map((part) => {
      const length = Buffer.from([0, 0, 0, part.length]);
      return Buffer.concat([length, Buffer.from(part)]);
    });
    expect(deriveAccessKey(secret, resource, 'secondary')).toBe(
      hkdf(secret, 'acs-domicile/1', Buffer.concat(parts), 64).toString('base64'),
    );
  });

  it('are 64 bytes in base64, as ACS keys are long enough for SHA-256', () => {
    expect(Buffer.from(deriveAccessKey(secret, resource, 'primary'), 'base64')).toHaveLength(64);
  });

  it('differ by slot, generation, resource and master secret', () => {
    const sameGenerations = { ...resource, keyGenerations: { primary: 0, secondary: 0 } };
    const keys = [
      deriveAccessKey(secret, sameGenerations, 'primary'),
      deriveAccessKey(secret, sameGenerations, 'secondary'),
      deriveAccessKey(secret, { ...resource, keyGenerations: { primary: 1, secondary: 0 } }, 'primary'),
      deriveAccessKey(secret, { ...sameGenerations, immutableId: '1b2c3d4e-0000-4000-8000-000000000002' }, 'primary'),
      deriveAccessKey(Buffer.alloc(32, 7), sameGenerations, 'primary'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('regenerating one key leaves the other as it is', () => {
    const regenerated = { ...resource, keyGenerations: { primary: 1, secondary: 3 } };
    expect(deriveAccessKey(secret, regenerated, 'primary')).not.toBe(deriveAccessKey(secret, resource, 'primary'));
    expect(deriveAccessKey(secret, regenerated, 'secondary')).toBe(deriveAccessKey(secret, resource, 'secondary'));
  });
});

describe('KeyRing', () => {
  const other = Buffer.alloc(32, 9);
  const ring = new KeyRing(
    new Map([
      [1, secret],
      [2, other],
    ]),
  );

  it('derives with the version of the master secret that the resource was made with', () => {
    expect(ring.accessKey(resource, 'primary')).toBe(deriveAccessKey(secret, resource, 'primary'));
    expect(ring.accessKey({ ...resource, masterSecretVersion: 2 }, 'primary')).toBe(
      deriveAccessKey(other, resource, 'primary'),
    );
    expect(ring.currentVersion).toBe(2);
  });

  it('gives both keys decoded, the same ones from its cache, and new ones after a regeneration', () => {
    const keys = ring.signingKeys(resource);
    expect(keys.map(({ slot, key }) => [slot, key.toString('base64')])).toEqual([
      ['primary', deriveAccessKey(secret, resource, 'primary')],
      ['secondary', deriveAccessKey(secret, resource, 'secondary')],
    ]);
    expect(ring.signingKeys({ ...resource })).toBe(keys);
    const regenerated = { ...resource, keyGenerations: { primary: 0, secondary: 4 } };
    expect(ring.signingKeys(regenerated)[1]?.key).not.toEqual(keys[1]?.key);
    expect(ring.signingKeys({ ...resource, masterSecretVersion: 2 })[0]?.key).not.toEqual(keys[0]?.key);
  });

  it('derives keys that differ by purpose and version, and none of them is an access key', () => {
    const keys = [
      ring.deriveKey('identity-tag'),
      ring.deriveKey('thread-id'),
      ring.deriveKey('identity-tag', 1),
      ring.signingKeys({ ...resource, masterSecretVersion: 2 })[0]?.key.subarray(0, 32),
    ];
    expect(new Set(keys.map((key) => key?.toString('hex'))).size).toBe(4);
    expect(ring.deriveKey('identity-tag', 2)).toEqual(keys[0]);
    expect(keys[0]).toHaveLength(32);
    expect(ring.deriveKey('identity-tag', 1).toString('hex')).toBe(
      'b97a3b72170c2816c4e08bf3645421fc31fd38527f9c28afbb2d19b3d9237a1b',
    );
  });

  it('says which version is missing, too short, or that there is none', () => {
    expect(() => ring.accessKey({ ...resource, masterSecretVersion: 3 }, 'primary')).toThrow(
      'Master secret version 3 is not configured',
    );
    expect(() => new KeyRing(new Map([[4, Buffer.alloc(31)]]))).toThrow('Master secret version 4 has 31 bytes');
    expect(() => new KeyRing(new Map())).toThrow('No master secret is configured');
  });
});
