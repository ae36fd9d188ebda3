// Evidence is one whole set of records: what is taken out, put in or doubled shows.
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GeographyKeys } from '../../cli/receipt/public-keys.js';
import { readEvidence } from '../../cli/residency/evidence-file.js';
import { createSigningKeys, publicKeysByKid, readRetiredKeys, signJws } from '../../shared/auth/index.js';
import { type GeographySlug, issuerOfGeography } from '../../shared/geography/index.js';
import { residencyStatementType } from '../../shared/residency/index.js';

const slugs = ['europe', 'germany', 'japan'] as const;
const signers = new Map(
  slugs.map((slug) => [slug, createSigningKeys(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)]),
);
const keys: GeographyKeys = new Map([...signers].map(([slug, { publicKeys }]) => [slug, publicKeys]));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'domicile-evidence-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function record(geography: (typeof slugs)[number], changes: object = {}, by: (typeof slugs)[number] = geography) {
  const statement = {
    iss: issuerOfGeography(geography),
    geography,
    geographies: slugs,
    hour: '2026-11-23T14:00:00Z',
    set: { id: 'one-audit', records: 3 },
    resource: `contoso-${geography}`,
    resourceId: `id-${geography}`,
    day: '2026-11-23',
    foreignItems: 0,
    stores: [],
    ...changes,
  };
  return signJws(signers.get(by) as never, residencyStatementType, statement);
}

async function read(records: readonly string[], by: GeographyKeys = keys) {
  const path = join(folder, 'evidence.json');
  await writeFile(path, JSON.stringify({ records }));
  return readEvidence(path, by);
}
const whole = () => slugs.map((slug) => record(slug));

describe('Evidence', () => {
  it('verifies when every geography of the deployment has signed its record for this audit', async () => {
    expect(await read(whole())).toMatchObject({ isComplete: true, answers: slugs.map((geography) => ({ geography })) });
  });

  it('fails with a record taken out, doubled, or put in place of another', async () => {
    const [europe = '', germany = '', japan = ''] = whole();
    await expect(read([europe, germany])).rejects.toThrow('one of 3 records, and there are 2');
    await expect(read([europe, germany, japan, japan])).rejects.toThrow('one of 3 records, and there are 4');
    await expect(read([europe, germany, germany])).rejects.toThrow('contoso-germany in germany is there twice');
    const second = record('germany', { resourceId: 'another' });
    await expect(read([europe, germany, second])).rejects.toThrow('the deployment has japan too');
  });

  it('fails with a record of another audit, another hour, another number or none', async () => {
    const others = whole().slice(0, 2);
    const strangers = [
      record('japan', { set: { id: 'another-audit', records: 3 } }),
      record('japan', { set: undefined }),
      record('japan', { set: undefined, geographies: undefined, hour: undefined }),
      record('japan', { hour: '2026-11-23T16:00:00Z' }),
      record('japan', { hour: 'never' }),
      record('japan', { set: { id: 'one-audit', records: 2 } }),
    ];
    for (const stranger of strangers) {
      await expect(read([...others, stranger])).rejects.toThrow(/not from one audit|not complete/);
      await expect(read([stranger, ...others])).rejects.toThrow(/not from one audit|not complete/);
    }
    expect(await read([...others, record('japan', { hour: '2026-11-23T15:00:00Z' })])).toMatchObject({
      isComplete: true,
    });
  });

  it('cannot leave out a geography by asking fewer: each record names all there are', async () => {
    const two = slugs.slice(0, 2).map((slug) => record(slug, { set: { id: 'one-audit', records: 2 } }));
    await expect(read(two)).rejects.toThrow('says that the deployment has japan too');
  });

  it('fails with a record that another geography has signed', async () => {
    const others = whole().slice(0, 2);
    await expect(read([...others, record('japan', {}, 'europe')])).rejects.toThrow(
      'Record 3 of 3 is not genuine: none of the keys of japan signed it',
    );
  });

  it('of before there were sets is still genuine, and is not called complete', async () => {
    const file = new URL('../upgrade/fixtures/signed-0.1.0.json', import.meta.url);
    const kept = JSON.parse(await readFile(file, 'utf8')) as {
      jwks: Record<GeographySlug, object>;
      records: string[];
    };
    const of = (slug: GeographySlug) => publicKeysByKid(readRetiredKeys(JSON.stringify(kept.jwks[slug])));
    const former: GeographyKeys = new Map([
      ['europe', of('europe')],
      ['germany', of('germany')],
    ]);
    expect(await read(kept.records, former)).toMatchObject({
      isComplete: false,
      answers: [{ geography: 'europe' }, { geography: 'germany' }],
    });
  });
});
