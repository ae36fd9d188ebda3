// The command `acs-domicile receipt`: shows that a receipt is genuine, or says that it is not; lists those of geographies.
import { CommandError } from '../command-error.js';
import { commandLine, interruption } from '../command-line.js';
import { identifierForm } from '../privacy/identifier-form.js';
import { parseOrigin } from '../resources/app-origin.js';
import { entraToken } from '../resources/entra-token.js';
import { appAccess } from '../resources/management.js';
import { table } from '../table.js';
import { listReceipts, type ReceiptsAsked } from './list-receipts.js';
import { readPublicKeys } from './public-keys.js';
import { readReceiptFile } from './receipt-file.js';
import { receiptHelp } from './receipt-help.js';
import { checkReceiptSet } from './receipt-set.js';
import { type ReceiptClaims, type VerifiedReceipt, verifyReceipt } from './verify-receipt.js';

const command = commandLine('receipt', {
  jwks: { type: 'string', multiple: true },
  person: { type: 'string' },
  identifier: { type: 'string', multiple: true },
  geography: { type: 'string', multiple: true },
  salt: { type: 'string' },
  app: { type: 'string', multiple: true },
  'resource-id': { type: 'string' },
  'token-file': { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
});

/** @returns the exit code: 1 when any receipt is not genuine */
export async function receiptCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = command.read(args);
  if (values.help === true) {
    process.stdout.write(receiptHelp);
    return 0;
  }
  const [action, path, ...surplus] = positionals;
  if (action === 'list') {
    command.expectNoMore(positionals.slice(1));
    await list({
      apps: values.app ?? [],
      tokenFile: values['token-file'],
      resourceId: values['resource-id'],
      isJson: values.json ?? false,
    });
    return 0;
  }
  if (action !== 'verify') {
    throw command.unknown(action);
  }
  if (path === undefined) {
    throw command.wrong('The file of the receipt is missing; - is standard input');
  }
  command.expectNoMore(surplus);
  if (values.jwks === undefined) {
    throw command.wrong('--jwks is missing');
  }
  const { person, identifier: identifiers = [], salt } = values;
  const receipts = (await readReceiptFile(path)).map((receipt) => ({
    ...receipt,
    ...(person !== undefined && receipt.isByIdentifiers !== true && { personId: person }),
    ...(salt !== undefined && { salt }),
    identifiers: identifiers.map((text) => identifierForm(text) ?? text),
  }));
  const keys = await readPublicKeys(values.jwks);
  const verified = receipts.map((receipt, index) => {
    const outcome = verifyReceipt(receipt, keys);
    if (typeof outcome !== 'string') {
      return outcome;
    }
    throw new CommandError(receipts.length === 1 ? outcome : `Receipt ${index + 1} of ${receipts.length}: ${outcome}`);
  });
  assertOnce(verified);
  assertAbout(verified, { person, identifiers: receipts[0]?.identifiers ?? [] });
  const claims = verified.map((each) => each.claims);
  const ofWhole = claims.filter((_claims, index) => receipts[index]?.isOfWhole === true);
  const isWhole = checkReceiptSet(ofWhole, values.geography);
  const isJson = values.json ?? false;
  const shown = isJson ? JSON.stringify(verified, undefined, 2) : verified.map(describe).join('\n\n');
  process.stdout.write(`${shown}\n`);
  if (isWhole) {
    const there = [...new Set(ofWhole.map(({ geography }) => geography))].sort().join(', ');
    const text = `\nThese are all ${ofWhole.length} receipts of the erasure, of ${there}.\n`;
    process.stdout.write(isJson ? '' : text);
  }
  const isAsked = receipts.some(({ personId }) => personId !== undefined);
  process.stderr.write(notTold(claims, ofWhole.length > 0 && !isWhole) + notShown(verified, isAsked));
  return 0;
}

/** What the receipts cannot tell, or tell of others that are not here; a line each. */
function notTold(receipts: readonly ReceiptClaims[], isUnset: boolean): string {
  const sets = new Map(receipts.flatMap(({ set }) => (set === undefined ? [] : [[set.id, set.receipts] as const])));
  const partial = [...sets].flatMap(([id, number]) => {
    const there = receipts.filter(({ set }) => set?.id === id).length;
    return there < number ? [`Not all receipts of the erasure ${id} are here: ${there} of ${number}.\n`] : [];
  });
  const unset = 'Nothing in these receipts says of how many they are: whether one is missing cannot be told.\n';
  return [...partial, ...(isUnset ? [unset] : [])].join('');
}

/** What was asked about is shown by one of them at least; what has to be in each of them was looked at there. */
function assertAbout(
  verified: readonly VerifiedReceipt[],
  asked: { readonly person: string | undefined; readonly identifiers: readonly string[] },
): void {
  if (asked.person !== undefined && !verified.some(({ isAboutPerson }) => isAboutPerson === true)) {
    throw new CommandError('None of these receipts is about this person; name with --identifier what they are about.');
  }
  const covered = new Set(verified.flatMap((each) => each.covered ?? []));
  const missing = asked.identifiers.filter((each) => !covered.has(each)).length;
  if (missing > 0) {
    throw new CommandError(
      `The receipts are genuine, but none of them covers ${missing} of the ${asked.identifiers.length} identifiers.`,
    );
  }
}

/** Which receipts do not show whom they are about. */
function notShown(verified: readonly VerifiedReceipt[], isAsked: boolean): string {
  const nobody = verified.filter(({ claims }) => claims.identifiers?.number === 0);
  const ofOthers = verified.filter(
    ({ claims, isAboutPerson, covered = [] }) =>
      isAsked && isAboutPerson !== true && covered.length === 0 && !nobody.some((each) => each.claims === claims),
  );
  const places = (receipts: readonly VerifiedReceipt[]) =>
    [...new Set(receipts.map(({ claims }) => `${claims.resourceId} in ${claims.geography}`))].join(', ');
  return [
    ...(nobody.length === 0 ? [] : [`Nobody was asked to be erased at ${places(nobody)}: nothing there is covered.\n`]),
    ...(ofOthers.length === 0
      ? []
      : [
          `Whom the receipt is about is not shown for ${places(ofOthers)}; name with --identifier what was erased there.\n`,
        ]),
  ].join('');
}

/** What is there twice could stand for what was taken out. */
function assertOnce(receipts: readonly VerifiedReceipt[]): void {
  const ids = receipts.map(({ claims }) => `${claims.geography} ${claims.jti}`);
  const twice = receipts.find((_receipt, index) => ids.indexOf(ids[index] ?? '') < index);
  if (twice !== undefined) {
    throw new CommandError(`The receipt ${twice.claims.jti} of ${twice.claims.geography} is there twice.`);
  }
}

async function list({
  apps,
  tokenFile,
  ...asked
}: ReceiptsAsked & { readonly apps: readonly string[]; readonly tokenFile: string | undefined }): Promise<void> {
  if (apps.length === 0) {
    throw command.wrong('--app is missing');
  }
  const origins = [...new Set(apps.map((each) => parseOrigin(each, '--app')))];
  const token = await entraToken('https://communication.azure.com', tokenFile);
  const run = {
    resources: origins.map((origin) => appAccess(origin, token)),
    stopping: interruption(),
    say: (line: string) => void process.stderr.write(`${line}\n`),
  };
  await listReceipts(run, asked);
}

function named(count: number): string {
  return count === 0 ? ', none that you named among them' : `, the ${count} that you named among them`;
}

function describe({ claims, isAboutPerson, covered }: VerifiedReceipt): string {
  const { identifiers, set } = claims;
  const facts = [
    ['Genuine receipt', claims.jti],
    ['Geography', claims.geography],
    ['Resource', claims.resourceId],
    ...(set === undefined ? [] : [['Set', `${set.id}, one of ${set.receipts}`]]),
    ['Erased', `${claims.startedOn} to ${claims.endedOn}, by version ${claims.version}`],
    ['Person', isAboutPerson === true ? 'the one of the file, by salt and hash' : `hash ${claims.subject}`],
    ...(identifiers === undefined
      ? []
      : [['Identifiers', `${identifiers.number}${covered === undefined ? '' : named(covered.length)}`]]),
    ['Items', claims.stores.map(({ store, items }) => `${store} ${items}`).join(', ')],
  ];
  const kept = claims.notErased.map(
    ({ what, why, until }) => `    ${what}${until === undefined ? '' : ` (until ${until})`}. ${why}`,
  );
  return [...table(facts), '  Not erased', ...kept].join('\n');
}
