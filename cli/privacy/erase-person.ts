// Erases a person at every resource, and ends with all receipts and their salts in one file.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../command-error.js';
import { unmetGeographies } from '../receipt/receipt-set.js';
import type { ReceiptClaims } from '../receipt/verify-receipt.js';
import { table } from '../table.js';
import { asJson, askEverywhere, atResource, storesTable } from './identify-person.js';
import type { ResourceClient } from '../resources/resource-client.js';
import { allMissed, throughAll, throwIfMissed } from '../resources/resource-run.js';
import { isManagementLeftOut, leftOut, managementNotAsked } from './not-asked.js';
import { wrapText } from '../wrap-text.js';
import type { PrivacyRun } from './privacy-run.js';
import { receiptSetOf } from './receipt-set-of.js';
import { nobodyKnows, requestAbout } from './request-about.js';
import { runOperation } from './run-operation.js';
import { type ReceiptSet, RunState, type StartedOperation, writePrivate } from './run-state.js';
import { type WholePerson, wholePerson } from './whole-person.js';

interface ReceiptOfResource {
  readonly resource: string;
  readonly receiptId: string;
  /** What management keeps is erased by identifiers alone: they are the subject of the receipt, and not the person. */
  readonly byIdentifiers?: true;
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
  const whole = await wholePerson(run, state);
  await state.saveIdentifiers(whole.identifiers);
  if (state.operations.size === 0 && !(await isKnownAnywhere(run, whole))) {
    throwIfMissed({ ...run, resources: whole.all }, whole.missed, 'Nothing was erased.');
    await state.remove();
    throw new CommandError(nobodyKnows(run, 'nothing was erased'));
  }
  const set = await receiptSetOf(state, whole);
  const erased = await throughAll({ ...run, resources: whole.reached }, (client, say) =>
    eraseAt(run, state, whole, set, client, say),
  );
  const missed = allMissed(whole.missed, erased.missed);
  const receipts = erased.done.map(({ result }) => result.receipt);
  const rows = receipts.map(({ resource, receiptId }) => [resource, receiptId]);
  const shown = `${table([['RESOURCE', 'RECEIPT'], ...rows]).join('\n')}\n`;
  if (missed.length > 0) {
    if (receipts.length > 0 && !run.isJson) {
      run.print(shown);
    }
    const follows =
      'There it is not done, and what only they know of the person was carried to no other. The receipts of the others are kept in unfinished.json until all are done.';
    return throwIfMissed({ ...run, resources: whole.all }, missed, follows);
  }
  const unknownAt = erased.done
    .filter(({ result }) => result.isAboutNobody)
    .map(({ result }) => result.receipt.resource);
  const ofManagement = isManagementLeftOut(run) ? managementNotAsked : {};
  const earlier = earlierReceipts(state, set);
  const notAsked = unmetGeographies(receipts.map(({ receipt }) => claimsIn(receipt)));
  const outcome = {
    unknownAt,
    ...(notAsked.length > 0 && { geographiesNotAsked: notAsked }),
    ...ofManagement,
  };
  const combined = {
    ...(run.personId !== undefined && { personId: run.personId }),
    set: { id: set.id, receipts: set.receipts },
    resources: receipts,
    ...(earlier.length > 0 && { earlier }),
    ...outcome,
  };
  await writePrivate(path, `${JSON.stringify(combined, undefined, 2)}\n`);
  await state.remove();
  const listed = receipts.map(({ resource, receiptId }) => ({ resource, receiptId }));
  run.print(
    run.isJson
      ? `${JSON.stringify({ file: path, receipts: listed, ...outcome }, undefined, 2)}\n`
      : `${shown}\nErased. The receipts are in ${path}, with the salts that show whom they are about; nobody else has these.\n${otherGeographies(notAsked)}${leftOut(run)}`,
  );
}

/** Whether any place that can be asked knows the person, or can hold something of one of the identifiers. */
async function isKnownAnywhere(run: PrivacyRun, { identifiers, knownAt, reached }: WholePerson): Promise<boolean> {
  const quiet = { ...run, resources: reached, say: () => undefined };
  const asked = await throughAll(quiet, async (client) => {
    const about = { personId: run.personId, identifiers, isKnown: knownAt.has(client.access.endpoint) };
    return (await requestAbout(about, client, 'erase', run.stopping)) !== undefined;
  });
  // Who does not say is asked again, and named then.
  return asked.missed.length > 0 || asked.done.some(({ result }) => result);
}

interface ErasedAt {
  readonly receipt: ReceiptOfResource;
  readonly isAboutNobody: boolean;
}

/** One operation of the set; those of sets before it are waited for, so that their receipts are not lost. */
async function eraseAt(
  run: PrivacyRun,
  state: RunState,
  { identifiers, knownAt }: WholePerson,
  set: ReceiptSet,
  client: ResourceClient,
  say: (what: string) => void,
): Promise<ErasedAt> {
  const { endpoint } = client.access;
  const about = { personId: run.personId, identifiers, isKnown: knownAt.has(endpoint), set };
  for (const [key, { covers = 0 }] of state.operations) {
    if (endpointOf(key) === endpoint && key !== `${endpoint}${set.suffix}`) {
      await runOperation(run, state, client, { action: 'erase', key, about, covers }, say);
    }
  }
  const key = `${endpoint}${set.suffix}`;
  const order = { action: 'erase', key, about, covers: identifiers.length } as const;
  const ended = await runOperation(run, state, client, order, say);
  if (ended === undefined) {
    throw new CommandError(`${client.access.label} was not asked to erase anything.`);
  }
  if (ended.isAboutNobody) {
    say('does not know this person');
  }
  return { receipt: receiptOf(endpoint, ended), isAboutNobody: ended.isAboutNobody === true };
}

function receiptOf(endpoint: string, { result, salt = '', isAboutNobody }: StartedOperation): ReceiptOfResource {
  const isByIdentifiers = endpoint.startsWith('subscriptions/') || isAboutNobody === true;
  return {
    resource: endpoint,
    receiptId: String(result?.['receiptId']),
    ...(isByIdentifiers && { byIdentifiers: true }),
    salt,
    receipt: String(result?.['receipt']),
  };
}

/** Of sets that were begun before, when less was known: they say what was there then. */
function earlierReceipts(state: RunState, { places, suffix }: ReceiptSet): readonly ReceiptOfResource[] {
  const own = new Set(places.map((endpoint) => `${endpoint}${suffix}`));
  return [...state.operations]
    .filter(([key, { result }]) => !own.has(key) && result !== undefined)
    .map(([key, ended]) => receiptOf(endpointOf(key), ended));
}

function endpointOf(key: string): string {
  return key.replace(/ \d+$/, '');
}

function claimsIn(receipt: string): ReceiptClaims {
  return JSON.parse(Buffer.from(receipt.split('.')[1] ?? '', 'base64url').toString()) as ReceiptClaims;
}

function otherGeographies(slugs: readonly string[]): string {
  const text = `The deployment has ${slugs.join(' and ')} too, of which nothing was named: these receipts are not of all geographies.`;
  return slugs.length === 0 ? '' : `\n${wrapText(text, 80).join('\n')}\n`;
}

async function planOnly(run: PrivacyRun): Promise<void> {
  const {
    found: plans,
    missed,
    all,
  } = await askEverywhere(run, 'plan', (client, answer) => ({
    ...atResource(client, answer),
    notErased: answer?.['notErased'] ?? [],
  }));
  const follows = 'What would be erased there is not known.';
  if (plans.every(({ isKnown }) => !isKnown)) {
    throwIfMissed({ ...run, resources: all }, missed, follows);
    throw new CommandError(nobodyKnows(run, 'nothing would be erased'));
  }
  if (run.isJson) {
    run.print(asJson(run, plans, missed));
    return throwIfMissed({ ...run, resources: all }, missed, follows);
  }
  const kept = plans.flatMap(({ resource, notErased }) =>
    (notErased as { what: string; why: string; until?: string }[]).map(
      ({ what, why, until }) => `  ${resource}: ${what}${until === undefined ? '' : ` (until ${until})`}. ${why}`,
    ),
  );
  const notErased = kept.length === 0 ? '' : `\nNot erased:\n${kept.join('\n')}\n`;
  run.print(
    `${storesTable(plans, missed.length > 0)}${notErased}\nThis was a dry run; nothing was erased.\n${leftOut(run)}`,
  );
  throwIfMissed({ ...run, resources: all }, missed, follows);
}
