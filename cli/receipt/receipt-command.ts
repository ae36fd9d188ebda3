// The command `acs-domicile receipt verify`: shows that a receipt is genuine, or says that it is not.
import { CommandError } from '../command-error.js';
import { commandLine } from '../command-line.js';
import { table } from '../table.js';
import { readPublicKeys } from './public-keys.js';
import { readReceiptFile } from './receipt-file.js';
import { receiptHelp } from './receipt-help.js';
import { type VerifiedReceipt, verifyReceipt } from './verify-receipt.js';

const command = commandLine('receipt', {
  jwks: { type: 'string', multiple: true },
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
  const receipts = await readReceiptFile(path);
  const keys = await readPublicKeys(values.jwks);
  const verified = receipts.map((receipt, index) => {
    const outcome = verifyReceipt(receipt, keys);
    if (typeof outcome !== 'string') {
      return outcome;
    }
    throw new CommandError(receipts.length === 1 ? outcome : `Receipt ${index + 1} of ${receipts.length}: ${outcome}`);
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
