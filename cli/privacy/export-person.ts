// Exports a person at every resource, and ends with one folder: an archive a resource, and a manifest of them.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../command-error.js';
import { table } from '../table.js';
import { type Archive, downloadArchive } from './download-archive.js';
import { throughAll } from '../resources/resource-run.js';
import type { PrivacyRun } from './privacy-run.js';
import { ResourceRefused } from '../resources/resource-client.js';
import { nobodyKnows } from './request-about.js';
import { runOperation } from './run-operation.js';
import { RunState, writePrivate } from './run-state.js';

export async function exportPerson(run: PrivacyRun): Promise<void> {
  const manifest = join(run.outFolder, 'manifest.json');
  if (existsSync(manifest)) {
    throw new CommandError(`${manifest} is there already; choose another --out.`);
  }
  const state = await RunState.open(run.outFolder, 'export', run.whom);
  const found = await throughAll(run, async (client, say) => {
    const ended = await runOperation(run, state, client, 'export', say);
    if (ended === undefined) {
      return undefined;
    }
    const archive = readArchive(ended.result, client.access.label);
    const file = `${client.access.label.replaceAll(/[^A-Za-z0-9.-]/g, '-')}.zip`;
    try {
      await downloadArchive(client, archive, join(run.outFolder, file), run.stopping);
    } catch (error) {
      // The archive is gone: the next run makes a new one.
      if (error instanceof ResourceRefused && error.status === 404) {
        await state.save(client.access.endpoint, undefined);
      }
      throw error;
    }
    say(`${archive.sizeBytes} bytes in ${file}`);
    return { resource: client.access.endpoint, file, sizeBytes: archive.sizeBytes, sha256: archive.sha256 };
  });
  const archives = found.filter((archive) => archive !== undefined);
  if (archives.length === 0) {
    await state.remove();
    throw new CommandError(nobodyKnows(run, 'nothing was exported'));
  }
  const unknownAt = run.resources.filter((_, index) => found[index] === undefined).map(({ endpoint }) => endpoint);
  const text = `${JSON.stringify({ ...(run.personId !== undefined && { personId: run.personId }), archives, unknownAt }, undefined, 2)}\n`;
  await writePrivate(manifest, text);
  await state.remove();
  const rows = archives.map(({ resource, file, sizeBytes }) => [resource, file, String(sizeBytes)]);
  const shown = `${table([['RESOURCE', 'FILE', 'BYTES'], ...rows]).join('\n')}\n\nThe archives are in ${run.outFolder}.\n`;
  run.print(run.isJson ? text : shown);
}

function readArchive(result: Readonly<Record<string, unknown>>, label: string): Archive {
  const { sizeBytes, sha256, contentLocation } = result;
  if (!Number.isSafeInteger(sizeBytes) || typeof sha256 !== 'string' || typeof contentLocation !== 'string') {
    throw new CommandError(`${label} does not say where the archive is; check its version.`);
  }
  return { sizeBytes: Number(sizeBytes), sha256, contentLocation };
}
