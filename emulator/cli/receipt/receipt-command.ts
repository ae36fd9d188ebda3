// The command `acs-domicile receipt verify`: shows that a receipt is genuine, or says that it is not.
import { parseArgs } from 'node:util';
import { EmulatorError, reasonOf } from '../../emulator-error.js';
import { table } from '../table.js';
import { UsageError } from '../usage-error.js';
import { readPublicKeys } from './public-keys.js';
import { readReceiptFile } from './receipt-file.js';
import { receiptHelp } from './receipt-help.js';
import { type VerifiedReceipt, verifyReceipt } from './verify-receipt.js';

const options = {
  jwks: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** @returns the exit code: 1 when any receipt is not genuine */
export async function receiptCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = read(args);
  if (values.help === true) {
    process.stdout.write(receiptHelp);
    return 0;
  }
  const [action, path, ...surplus] = positionals;
  if (action !== 'verify') throw wrong(`${action === undefined ? 'Nothing' : `"${action}"`} is not what it can do`);
  if (path === undefined) throw wrong('The file of the receipt is missing; - is standard input');
  if (surplus.length > 0) throw wrong(`"${surplus[0]}" was not expected`);
  if (values.jwks === undefined) throw wrong('--jwks is missing');
  const receipts = await readReceiptFile(path);
  const keys = await readPublicKeys(values.jwks);
  const verified = receipts.map((receipt, index) => {
    const outcome = verifyReceipt(receipt, keys);
    if (typeof outcome !== 'string') return outcome;
    throw new EmulatorError(receipts.length === 1 ? outcome : `Receipt ${index + 1} of ${receipts.length}: ${outcome}`);
  });
  const text = values.json === true ? JSON.stringify(verified, undefined, 2) : verified.map(describe).join('\n\n');
  process.stdout.write(`${text}\n`);
  return 0;
}

function describe({ claims, isAboutPerson }: VerifiedReceipt): string {
  const facts = [
    ['Genuine receipt', claims.jti],
    ['Geography', claims.geography],
    ['Resource', claims.resourceId],
    ['Erased', `${claims.startedOn} to ${claims.endedOn}, by version ${claims.version}`],
    ['Person', isAboutPerson === true ? 'the one of the file, by salt and hash' : `hash ${claims.subject}`],
    ['Items', claims.stores.map(({ store, items }) => `${store} ${items}`).join(', ')],
  ];
  const kept = claims.notErased.map(
    ({ what, why, until }) => `    ${what}${until === undefined ? '' : ` (until ${until})`}. ${why}`,
  );
  return [...table(facts), '  Not erased', ...kept].join('\n');
}

function read(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const [sentence = ''] = reasonOf(error).split(/\. /);
    throw wrong(sentence.replace(/\.$/, ''));
  }
}

function wrong(what: string): UsageError {
  return new UsageError(`${what}; see acs-domicile receipt --help.`);
}
