// Fills an archive from the data map: for each store its records, then pages and files of the same items. The store is
// walked twice for that, because a zip takes one entry at a time and no more than a page is kept in memory.
import {
  type BoundStore,
  type ExportItem,
  type ExportOptions,
  formatIdentifier,
  type PersonalIdentifier,
  type Walk,
} from '../data-map/index.js';
import { type ExportedStore, filesFolder } from './export-manifest.js';
import { renderPage, renderRecord } from './export-pages.js';
import type { ZipWriter } from './export-zip.js';

/** A page of an archive has at most so many records, and ends with the record that makes it this long. */
const pageRecords = 500;
const pageCharacters = 256 * 1024;

export interface Contents extends ExportOptions {
  readonly identifiers: readonly PersonalIdentifier[];
  readonly walk: Walk;
  /** Called for each item before anything of it goes into the archive. */
  seen(item: ExportItem): Promise<void>;
}

/** undefined when the store holds nothing. */
export async function addStore(
  zip: ZipWriter,
  bound: BoundStore,
  contents: Contents,
): Promise<ExportedStore | undefined> {
  const { name, holds, keptFor, exportedFields } = bound.store;
  const items = itemsOf(bound, contents)[Symbol.asyncIterator]();
  const first = await items.next();
  if (first.done) {
    return undefined;
  }
  const recordsFile = `records/${name}.jsonl`;
  const counts = { records: 0, received: 0 };
  const lines = async function* () {
    for (let next: IteratorResult<ExportItem> = first; !next.done; next = await items.next()) {
      counts.records += 1;
      if (next.value.receivedFrom !== undefined) {
        counts.received += 1;
      }
      const file = pathOf(name, next.value);
      yield `${JSON.stringify({ ...next.value.record, ...(file !== undefined && { file }) })}\n`;
    }
  };
  await zip.add({ name: recordsFile, content: lines() });
  const { files, pages } = await addPagesAndFiles(zip, bound, contents);
  return { store: name, holds, keptFor, recordsFile, fields: exportedFields ?? {}, ...counts, files, pages };
}

async function addPagesAndFiles(zip: ZipWriter, bound: BoundStore, contents: Contents) {
  const { name, holds } = bound.store;
  const pages: string[] = [];
  let files = 0;
  let body = '';
  let records = 0;
  const endPage = async () => {
    if (records === 0) {
      return;
    }
    const page = `pages/${name}-${pages.length + 1}.html`;
    pages.push(page);
    const links = `<p><a href="../index.html">Overview</a></p>\n`;
    await zip.add({ name: page, content: [renderPage(`${holds}, page ${pages.length}`, links + body)] });
    body = '';
    records = 0;
  };
  for await (const item of itemsOf(bound, contents)) {
    const file = pathOf(name, item);
    const content = await item.file?.open();
    // Gone since its record was written: then the page does not name it.
    const isThere = content !== undefined;
    if (isThere && file !== undefined) {
      await zip.add({ name: file, content, isCompressed: true });
      files += 1;
    }
    body += renderRecord({ record: item.record, file: isThere ? file : undefined }, '../');
    records += 1;
    if (records >= pageRecords || body.length >= pageCharacters) {
      await endPage();
    }
  }
  await endPage();
  return { files, pages };
}

/** What was received from oneself, by another identity, is among one's own already. */
async function* itemsOf(
  bound: BoundStore,
  { identifiers, walk, seen, ...options }: Contents,
): AsyncGenerator<ExportItem> {
  const own = new Set(identifiers.map(formatIdentifier));
  for (const identifier of identifiers) {
    for await (const item of bound.exportItems(identifier, walk, options)) {
      const { receivedFrom } = item;
      if (receivedFrom !== undefined && own.has(formatIdentifier(receivedFrom))) {
        continue;
      }
      await seen(item);
      yield receivedFrom === undefined ? item : { ...item, record: { ...item.record, received: true } };
    }
  }
}

function pathOf(store: string, { file }: ExportItem): string | undefined {
  return file === undefined ? undefined : `${filesFolder(store)}${file.name}`;
}
