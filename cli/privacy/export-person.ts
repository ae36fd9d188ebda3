// Exports a person at every resource, and ends with one folder: an archive a resource, and a manifest of them.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '../command-error.js';
import { table } from '../table.js';
import { type Archive, downloadArchive } from './download-archive.js';
import { allMissed, throughAll, throwIfMissed } from '../resources/resource-run.js';
import { isManagementLeftOut, leftOut, managementNotAsked } from './not-asked.js';
import type { PrivacyRun } from './privacy-run.js';
import { type ResourceClient, ResourceRefused } from '../resources/resource-client.js';
import { nobodyKnows } from './request-about.js';
import { runOperation } from './run-operation.js';
import { RunState, writePrivate } from './run-state.js';
import { type WholePerson, wholePerson } from './whole-person.js';

export async function exportPerson(run: PrivacyRun): Promise<void> {
  const manifest = join(run.outFolder, 'manifest.json');
  if (existsSync(manifest)) {
    throw new CommandError(`${manifest} is there already; choose another --out.`);
  }
  const state = await RunState.open(run.outFolder, 'export', run.whom);
  const whole = await wholePerson(run, state);
  await state.saveIdentifiers(whole.identifiers);
  const found = await throughAll({ ...run, resources: whole.reached }, (client, say) =>
    exportFrom(run, state, whole, client, say),
  );
  const missed = allMissed(whole.missed, found.missed);
  const archives = found.done.flatMap(({ result }) => result ?? []);
  const rows = archives.map(({ resource, file, sizeBytes }) => [resource, file, String(sizeBytes)]);
  const shown = `${table([['RESOURCE', 'FILE', 'BYTES'], ...rows]).join('\n')}\n\nThe archives are in ${run.outFolder}.\n`;
  if (missed.length > 0) {
    if (archives.length > 0 && !run.isJson) {
      run.print(shown);
    }
    const follows = 'What they hold is in no archive, and what only they know of the person was carried to no other.';
    return throwIfMissed({ ...run, resources: whole.all }, missed, follows);
  }
  if (archives.length === 0) {
    await state.remove();
    throw new CommandError(nobodyKnows(run, 'nothing was exported'));
  }
  const unknownAt = found.done.filter(({ result }) => result === undefined).map(({ access }) => access.endpoint);
  const ofManagement = isManagementLeftOut(run) ? managementNotAsked : {};
  const text = `${JSON.stringify({ ...(run.personId !== undefined && { personId: run.personId }), archives, unknownAt, ...ofManagement }, undefined, 2)}\n`;
  await writePrivate(manifest, text);
  await state.remove();
  run.print(run.isJson ? text : `${shown}${leftOut(run)}`);
}

interface ExportedFrom {
  readonly resource: string;
  readonly file: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** @returns undefined when the resource neither knows the person nor can hold anything of the identifiers */
async function exportFrom(
  run: PrivacyRun,
  state: RunState,
  { identifiers, knownAt }: WholePerson,
  client: ResourceClient,
  say: (what: string) => void,
): Promise<ExportedFrom | undefined> {
  const { endpoint, label } = client.access;
  const file = `${label.replaceAll(/[^A-Za-z0-9.-]/g, '-')}.zip`;
  const path = join(run.outFolder, file);
  const started = state.of(endpoint);
  if (started !== undefined && (started.covers ?? 0) < identifiers.length) {
    // More is known of the person by now than it was asked for: the whole archive is made anew.
    await state.save(endpoint, undefined);
    await rm(`${path}.part`, { force: true });
  }
  const about = { personId: run.personId, identifiers, isKnown: knownAt.has(endpoint) };
  const order = { action: 'export', key: endpoint, about, covers: identifiers.length } as const;
  const ended = await runOperation(run, state, client, order, say);
  if (ended === undefined) {
    say('does not know this person');
    return undefined;
  }
  const archive = readArchive(ended.result, label);
  try {
    await downloadArchive(client, archive, path, run.stopping);
  } catch (error) {
    // The archive is gone: the next run makes a new one.
    if (error instanceof ResourceRefused && error.status === 404) {
      await state.save(endpoint, undefined);
    }
    throw error;
  }
  say(`${archive.sizeBytes} bytes in ${file}`);
  return { resource: endpoint, file, sizeBytes: archive.sizeBytes, sha256: archive.sha256 };
}

function readArchive(result: Readonly<Record<string, unknown>>, label: string): Archive {
  const { sizeBytes, sha256, contentLocation } = result;
  if (!Number.isSafeInteger(sizeBytes) || typeof sha256 !== 'string' || typeof contentLocation !== 'string') {
    throw new CommandError(`${label} does not say where the archive is; check its version.`);
  }
  return { sizeBytes: Number(sizeBytes), sha256, contentLocation };
}
