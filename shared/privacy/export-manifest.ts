// manifest.json of an archive: what is in it, from where, and what the fields of each file mean.
import { toSeconds } from '../time/instant.js';

export interface ExportedStore {
  readonly store: string;
  readonly holds: string;
  readonly keptFor: string;
  /** Path of its records in the archive. */
  readonly recordsFile: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly records: number;
  /** Those among the records that others wrote. */
  readonly received: number;
  readonly files: number;
  readonly pages: readonly string[];
}

export interface ExportFacts {
  readonly operationId: string;
  readonly resourceName: string;
  readonly geography: string;
  /** Whom the archive is about, as ACS writes identifiers. */
  readonly identifiers: readonly string[];
  readonly includesReceived: boolean;
  /** Product ms. */
  readonly createdOn: number;
  /** Product ms. */
  readonly expiresOn: number;
  /** Those that hold something, in the order of the data map. */
  readonly stores: readonly ExportedStore[];
  /** Names of those that hold nothing. */
  readonly emptyStores: readonly string[];
}

/** Of the form, not of the product: raised when a reader would have to know. */
const formVersion = 1;

export function renderManifest(facts: ExportFacts): string {
  const manifest = {
    form: 'domicile-export',
    version: formVersion,
    operationId: facts.operationId,
    resource: facts.resourceName,
    geography: facts.geography,
    about: facts.identifiers,
    includesReceived: facts.includesReceived,
    createdOn: toSeconds(facts.createdOn),
    expiresOn: toSeconds(facts.expiresOn),
    files: facts.stores.map((each) => ({
      path: each.recordsFile,
      form: 'JSON Lines: one JSON object a line, UTF-8',
      store: each.store,
      holds: each.holds,
      keptFor: each.keptFor,
      records: each.records,
      ...(facts.includesReceived && { received: each.received }),
      fields: {
        ...each.fields,
        ...(each.received > 0 && { received: 'True: somebody else wrote it, and you received it' }),
        ...(each.files > 0 && { file: 'Path of the file in this archive' }),
      },
      ...(each.files > 0 && { filesFolder: filesFolder(each.store), files: each.files }),
      pages: each.pages,
    })),
    emptyStores: facts.emptyStores,
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Where the files of a store lie in an archive. */
export function filesFolder(store: string): string {
  return `files/${store}/`;
}
