// What a receipt proves to whoever checks it: which geography made it, whom it is about, and what it covers.
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type GeographyKeys, readPublicKeys } from '../../cli/receipt/public-keys.js';
import { identifierForm } from '../../cli/privacy/identifier-form.js';
import { receiptCommand } from '../../cli/receipt/receipt-command.js';
import { verifyReceipt } from '../../cli/receipt/verify-receipt.js';
import { publicKeysByKid, readRetiredKeys } from '../../shared/auth/signing-keys.js';
import { createSigningKeys, type SigningKeys } from '../../shared/auth/index.js';
import { formatIdentifier, parseIdentifier } from '../../shared/data-map/index.js';
import { type GeographySlug, issuerOfGeography } from '../../shared/geography/index.js';
import { type ReceiptSet, signReceipt } from '../../shared/privacy/receipt.js';
import { hashIdentifiers, hashSubject } from '../../shared/privacy/receipt-subject.js';

const newKeys = () => createSigningKeys(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
const europe = newKeys();
const germany = newKeys();
const keys: GeographyKeys = new Map([
  ['europe', europe.publicKeys],
  ['germany', germany.publicKeys],
]);
const salt = randomBytes(32);
const identifiers = ['8:acs:1_2', '4:+4366412345678', 'anna@example.org', 'name:anna berger'];

interface Signed {
  readonly issuer?: string;
  readonly id?: string;
  readonly resourceId?: string;
  readonly set?: ReceiptSet;
  readonly others?: readonly GeographySlug[];
  readonly endedOn?: number;
  /** Nobody was to be erased. */
  readonly isOfNobody?: true;
}

function sign(by: SigningKeys, geography: GeographySlug, more: Signed = {}): string {
  const { issuer = issuerOfGeography(geography), id = 'an-erasure', resourceId = 'a-resource', others = [] } = more;
  const { set, endedOn = 60_000, isOfNobody } = more;
  return signReceipt(
    { issuer, keys: by, geography, version: 'test', leftByStorage: [], others: () => others },
    {
      id,
      resourceId,
      subject: hashSubject(salt, isOfNobody === true ? '' : 'customer-17'),
      identifierHashes: hashIdentifiers(salt, isOfNobody === true ? [] : identifiers),
      startedOn: 0,
      endedOn,
      counts: { identities: 1 },
      notErased: [],
      ...(set && { set }),
    },
  );
}
const check = (jws: string, asked: object = {}) => verifyReceipt({ jws, ...asked }, keys);
const text = salt.toString('base64url');

describe('The keys of a geography', () => {
  it('make receipts of that geography and of no other', () => {
    expect(check(sign(germany, 'germany'))).toMatchObject({ claims: { geography: 'germany' } });
    const forged = [
      sign(germany, 'europe'),
      sign(germany, 'germany', { issuer: issuerOfGeography('europe') }),
      sign(germany, 'europe', { issuer: issuerOfGeography('germany') }),
      sign(germany, 'nowhere' as GeographySlug),
    ];
    for (const receipt of forged) {
      expect(check(receipt)).toMatch(/^This is not a genuine receipt: /);
    }
    expect(check(sign(germany, 'europe'))).toContain('none of the keys of europe signed it');
  });

  it('are needed: without those of the geography that it speaks for nothing is genuine', () => {
    const onlyEurope: GeographyKeys = new Map([['europe', europe.publicKeys]]);
    const outcome = verifyReceipt({ jws: sign(germany, 'germany') }, onlyEurope);
    expect(outcome).toMatch(/it speaks for germany, and no keys of that were given/);
  });
});

describe('Whom a receipt is about', () => {
  it('is shown by the salt, for the person and for each identifier', () => {
    const jws = sign(europe, 'europe');
    expect(check(jws, { personId: 'customer-17', salt: text })).toMatchObject({ isAboutPerson: true });
    const two = check(jws, { identifiers: identifiers.slice(2), salt: text });
    expect(two).toMatchObject({ covered: identifiers.slice(2), claims: { identifiers: { number: 4 } } });
    expect(two).not.toHaveProperty('isAboutPerson');
    expect(JSON.stringify(check(jws))).not.toContain('anna');
  });

  it('is shown by nothing else: without the salt it fails', () => {
    const jws = sign(europe, 'europe');
    for (const asked of [{ personId: 'customer-17' }, { identifiers }, { personId: 'customer-17', salt: '' }]) {
      expect(check(jws, asked)).toMatch(/without its salt nothing shows whom it is about/);
    }
    expect(check(jws, { personId: 'customer-18', salt: text })).toContain('about somebody else');
    expect(check(jws, { identifiers: ['bert@example.org'], salt: text })).toContain('does not cover 1 of the 1');
    expect(check(jws, { identifiers: [...identifiers, 'bert@example.org'], salt: text })).toContain('1 of the 5');
  });
});

describe('A source of keys', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'domicile-keys-'));
    const documents = {
      'plain.json': europe.jwks(),
      'stated.json': { issuer: 'domicile/europe', ...europe.jwks() },
      'also-europe.json': { issuer: 'domicile/europe', ...germany.jwks() },
    };
    for (const [name, document] of Object.entries(documents)) {
      await writeFile(join(folder, name), JSON.stringify(document));
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const read = (...sources: string[]) =>
    readPublicKeys(sources.map((each) => each.replace(/[\w-]+\.json$/, (name) => join(folder, name))));

  it('is of the geography that it is said to be of, or that a file itself says', async () => {
    expect([...(await read('germany=plain.json')).keys()]).toEqual(['germany']);
    expect([...(await read('stated.json')).keys()]).toEqual(['europe']);
    expect((await read('europe=plain.json', 'europe=also-europe.json')).get('europe')?.size).toBe(2);
  });

  it('is refused when nothing says so, when it says another, and when two say the same of different keys', async () => {
    await expect(read('plain.json')).rejects.toThrow(/Nothing says of which geography .*--jwks europe=/);
    await expect(read('germany=stated.json')).rejects.toThrow(/has the keys of europe, and not of germany/);
    await expect(read('stated.json', 'also-europe.json')).rejects.toThrow(/Two sources say that they are of europe/);
  });
});

describe('The command', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'domicile-receipts-'));
    await writeFile(join(folder, 'keys.json'), JSON.stringify({ issuer: 'domicile/europe', ...europe.jwks() }));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const verifyFile = async (receipts: readonly string[], ...more: string[]) => {
    const file = join(folder, 'receipts.json');
    const resources = receipts.map((receipt) => ({ receipt, salt: text }));
    await writeFile(file, JSON.stringify({ personId: 'customer-17', resources }));
    const print = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      return await receiptCommand(['verify', file, '--jwks', join(folder, 'keys.json'), ...more]);
    } finally {
      print.mockRestore();
    }
  };

  it('takes no receipt twice, for that could stand for one that was taken out', async () => {
    const receipt = sign(europe, 'europe');
    expect(await verifyFile([receipt])).toBe(0);
    await expect(verifyFile([receipt, receipt])).rejects.toThrow('The receipt an-erasure of europe is there twice.');
  });

  it('reads identifiers as resources do, however they are written', async () => {
    const receipt = sign(europe, 'europe');
    const asked = ['+4366412345678', 'Anna@Example.org', 'name:Anna  BERGER'].flatMap((each) => ['--identifier', each]);
    expect(await verifyFile([receipt], ...asked)).toBe(0);
    await expect(verifyFile([receipt], ...asked, '--identifier', 'name:Bert Berger')).rejects.toThrow(
      'does not cover 1',
    );
  });
});

describe('The receipts of one erasure at several places', () => {
  const set = { id: randomUUID(), receipts: 2 };
  const of = {
    europe: (more: Signed = {}) => sign(europe, 'europe', { set, others: ['germany'], resourceId: 'one', ...more }),
    germany: (more: Signed = {}) => sign(germany, 'germany', { set, others: ['europe'], resourceId: 'two', ...more }),
  };
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'domicile-receipts-'));
    await writeFile(join(folder, 'europe.json'), JSON.stringify({ issuer: 'domicile/europe', ...europe.jwks() }));
    await writeFile(join(folder, 'germany.json'), JSON.stringify({ issuer: 'domicile/germany', ...germany.jwks() }));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** What is printed of a file, and told beside it. */
  async function verifyFile(content: object, ...more: string[]): Promise<{ out: string; err: string }> {
    const file = join(folder, 'receipts.json');
    await writeFile(file, JSON.stringify(content));
    const printed = { out: '', err: '' };
    const out = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      printed.out += String(chunk);
      return true;
    });
    const err = vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
      printed.err += String(chunk);
      return true;
    });
    try {
      const jwks = ['europe.json', 'germany.json'].flatMap((name) => ['--jwks', join(folder, name)]);
      expect(await receiptCommand(['verify', file, ...jwks, ...more])).toBe(0);
    } finally {
      out.mockRestore();
      err.mockRestore();
    }
    return printed;
  }
  const inOneFile = (receipts: readonly string[], earlier: readonly string[] = []) => ({
    personId: 'customer-17',
    resources: receipts.map((receipt) => ({ receipt, salt: text })),
    earlier: earlier.map((receipt) => ({ receipt, salt: text })),
  });

  it('are shown to be all of them', async () => {
    const { out, err } = await verifyFile(inOneFile([of.europe(), of.germany()]));
    expect([out, err]).toEqual([expect.stringContaining('These are all 2 receipts of the erasure, of europe, '), '']);
    expect(out).toMatch(new RegExp(`Set +${set.id}, one of 2\n`));
    // The same subscription has something in two geographies.
    await verifyFile(inOneFile([of.europe({ resourceId: 'two' }), of.germany()]));
    // What was signed when less was known stands beside them.
    const before = { set: { id: randomUUID(), receipts: 2 }, id: 'before' };
    const both = await verifyFile(inOneFile([of.europe(), of.germany()], [of.europe(before)]));
    expect(both.err).toBe(`Not all receipts of the erasure ${before.set.id} are here: 1 of 2.\n`);
  });

  it('say nothing of a person whom none of them is about, whatever stands beside them in the file', async () => {
    const { resources } = inOneFile([of.europe(), of.germany()]);
    const file = { personId: 'customer-99', resources: resources.map((each) => ({ ...each, byIdentifiers: true })) };
    await expect(verifyFile(file, '--person', 'customer-18')).rejects.toThrow(
      'None of these receipts is about this person',
    );
    const { err } = await verifyFile(
      { ...file, resources: [resources[0], { ...resources[1], byIdentifiers: true }] },
      '--person',
      'customer-17',
    );
    expect(err).toMatch(/^Whom the receipt is about is not shown for two in germany; name with --identifier/);
  });

  it('say where nobody was to be erased: identities may be strange there, numbers and addresses are not', async () => {
    const nobody = { receipt: of.germany({ isOfNobody: true }), salt: text, byIdentifiers: true };
    const file = { personId: 'customer-17', resources: [...inOneFile([of.europe()]).resources, nobody] };
    const { err } = await verifyFile(file, '--person', 'customer-17', '--identifier', identifiers[0] ?? '');
    expect(err).toBe('Nobody was asked to be erased at two in germany: nothing there is covered.\n');
    await expect(verifyFile(file, '--identifier', 'anna@example.org')).rejects.toThrow('does not cover 1 of the 1');
  });

  const isNone = 'There is no receipt in';
  it.each<[string, () => object, string]>([
    ['taken out', () => inOneFile([of.europe()]), 'signed as one of 2 receipts, and there are 1'],
    ['taken out, all of them', () => inOneFile([], [of.europe()]), isNone],
    ['there twice', () => inOneFile([of.europe(), of.europe()]), 'is there twice'],
    [
      'another of the same resource',
      () => inOneFile([of.europe(), of.europe({ id: 'b' })]),
      'one in europe is there twice',
    ],
    [
      'one too many',
      () => inOneFile([of.europe(), of.germany(), of.europe({ id: 'b' })]),
      'of 2 receipts, and there are 3',
    ],
    [
      'of another erasure',
      () => inOneFile([of.europe(), of.germany({ set: { id: randomUUID(), receipts: 2 } })]),
      'Receipt 2 of 2 was signed for another set than the first, or for none; these are not the receipts of one erasure',
    ],
    ['of no set', () => inOneFile([of.europe(), sign(germany, 'germany')]), 'was signed for another set'],
    ['signed as one of fewer', () => inOneFile([of.europe({ set: { ...set, receipts: 1 } })]), 'has germany too'],
    ['of a later week', () => inOneFile([of.europe(), of.germany({ endedOn: 8 * 86_400_000 })]), 'a week apart'],
  ])('are refused when one is %s', async (_, content, sentence) => {
    await expect(verifyFile(content())).rejects.toThrow(sentence);
  });

  it('are of every geography of the deployment, or of those that have to be there', async () => {
    const alone = { ...set, receipts: 1 };
    const receipts = inOneFile([of.europe({ set: alone })]);
    await expect(verifyFile(receipts)).rejects.toThrow(
      'says that the deployment has germany too, of which there is no',
    );
    expect((await verifyFile(receipts, '--geography', 'europe')).out).toContain('These are all 1 receipts');
    await expect(verifyFile(receipts, '--geography', 'europe', '--geography', 'japan')).rejects.toThrow(
      'There is no receipt of japan; these are not all receipts of the erasure.',
    );
  });

  it('are told of when only some are here, and when nothing says how many there are', async () => {
    const list = await verifyFile({ value: [{ receipt: of.europe() }] });
    expect(list.err).toBe(`Not all receipts of the erasure ${set.id} are here: 1 of 2.\n`);
    const unset = await verifyFile(inOneFile([sign(europe, 'europe')]));
    expect(unset.err).toMatch(/^Nothing in these receipts says of how many they are/);
    expect(unset.out).not.toContain('These are all');
  });
});

describe('Identifiers that a command is given', () => {
  it('are those that a resource takes, in the same form', () => {
    const texts = ['4:+4366412345678', '+4366412345678', 'A"b<c>@X.org', 'name:Anna Berger', 'name:anna', '0664', 'x'];
    for (const each of texts) {
      const taken = parseIdentifier(each);
      expect(identifierForm(each), each).toBe(taken && formatIdentifier(taken));
    }
    // Only the resource that issued one can say more.
    expect(identifierForm('8:acs:of-somebody')).toBe('8:acs:of-somebody');
  });
});

// The file was made once, with a checkout of the time before: two geographies of its emulator, an erasure in each, and a
// record of each. Nothing in it is about anybody.
it('Receipts from before there were lists of identifiers verify as ever', async () => {
  const file = new URL('../upgrade/fixtures/signed-0.1.0.json', import.meta.url);
  const kept = JSON.parse(await readFile(file, 'utf8')) as {
    jwks: Record<GeographySlug, object>;
    person: { personId: string; salt: string; receipt: string };
    identifiers: { identifiers: string[]; salt: string; receipt: string };
  };
  const of = (slug: GeographySlug) => publicKeysByKid(readRetiredKeys(JSON.stringify(kept.jwks[slug])));
  const former: GeographyKeys = new Map([
    ['europe', of('europe')],
    ['germany', of('germany')],
  ]);
  const { person, identifiers: named } = kept;
  const verify = (jws: string, asked: object) => verifyReceipt({ jws, ...asked }, former);
  expect(verify(person.receipt, person)).toMatchObject({ isAboutPerson: true, claims: { geography: 'europe' } });
  expect(verify(named.receipt, {})).toMatchObject({ claims: { geography: 'germany' } });
  expect(verify(named.receipt, named)).toMatchObject({ covered: named.identifiers });
  expect(verify(named.receipt, { ...named, identifiers: named.identifiers.slice(1) })).toContain(
    'does not list the identifiers one by one',
  );
});
