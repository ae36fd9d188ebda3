// Erases a person at every resource, and ends with all receipts and their salts in one file.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../command-error.js';
import { table } from '../table.js';
import { askAbout, atResource, storesTable } from './identify-person.js';
import { throughAll } from '../resources/resource-run.js';
import type { PrivacyRun } from './privacy-run.js';
import { nobodyKnows } from './request-about.js';
import { runOperation } from './run-operation.js';
import { RunState, writePrivate } from './run-state.js';

interface ReceiptOfResource {
  readonly resource: string;
  readonly receiptId: string;
  /** Base64url; with it and the person id the subject of the receipt is computed again. */
  readonly salt: string;
  /** JWS compact. */
  readonly receipt: string;
}

export async function erasePerson(run: PrivacyRun): Promise<void> {
  if (run.isDryRun) {
    return planOnly(run);
  }
  const path = join(run.outFolder, 'receipts.json');
  if (existsSync(path)) {
    throw new CommandError(`${path} is there already; choose another --out.`);
  }
  const state = await RunState.open(run.outFolder, 'erase', run.whom);
  const receipts = await throughAll(run, async (client, say): Promise<ReceiptOfResource | undefined> => {
    const ended = await runOperation(run, state, client, 'erase', say);
    if (ended === undefined) {
      return undefined;
    }
    const { receiptId, receipt } = ended.result;
    return {
      resource: client.access.endpoint,
      receiptId: String(receiptId),
      salt: ended.salt ?? '',
      receipt: String(receipt),
    };
  });
  const written = receipts.filter((receipt) => receipt !== undefined);
  if (written.length === 0) {
    await state.remove();
    throw new CommandError(nobodyKnows(run, 'nothing was erased'));
  }
  const unknownAt = run.resources.filter((_, index) => receipts[index] === undefined).map(({ endpoint }) => endpoint);
  const combined = { ...(run.personId !== undefined && { personId: run.personId }), resources: written, unknownAt };
  await writePrivate(path, `${JSON.stringify(combined, undefined, 2)}\n`);
  await state.remove();
  const rows = written.map(({ resource, receiptId }) => [resource, receiptId]);
  run.print(
    run.isJson
      ? `${JSON.stringify({ file: path, receipts: written.map(({ resource, receiptId }) => ({ resource, receiptId })), unknownAt }, undefined, 2)}\n`
      : `${table([['RESOURCE', 'RECEIPT'], ...rows]).join('\n')}\n\nErased. The receipts are in ${path}, with the salts that show whom they are about; nobody else has these.\n`,
  );
}

async function planOnly(run: PrivacyRun): Promise<void> {
  const plans = await throughAll(run, async (client, say) => {
    const answer = await askAbout(run, client, 'erase');
    say(answer === undefined ? 'does not know this person' : 'asked');
    return { ...atResource(client, answer), notErased: answer?.['notErased'] ?? [] };
  });
  if (plans.every(({ isKnown }) => !isKnown)) {
    throw new CommandError(nobodyKnows(run, 'nothing would be erased'));
  }
  if (run.isJson) {
    return run.print(`${JSON.stringify(plans, undefined, 2)}\n`);
  }
  const kept = plans.flatMap(({ resource, notErased }) =>
    (notErased as { what: string; why: string; until?: string }[]).map(
      ({ what, why, until }) => `  ${resource}: ${what}${until === undefined ? '' : ` (until ${until})`}. ${why}`,
    ),
  );
  const notErased = kept.length === 0 ? '' : `\nNot erased:\n${kept.join('\n')}\n`;
  run.print(`${storesTable(plans)}${notErased}\nThis was a dry run; nothing was erased.\n`);
}
