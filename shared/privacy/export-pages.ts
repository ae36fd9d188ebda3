// The part of an archive that a human reads offline: pages of records, and an index of them. No scripts, nothing from
// elsewhere; every text of an archive is somebody's and therefore escaped.
import { toSeconds } from '../time/instant.js';
import type { ExportFacts } from './export-manifest.js';

const style =
  'body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}dl{display:grid;grid-template-columns:14em 1fr;gap:0 1em;border-top:1px solid #999;padding:.5em 0;margin:0}dt{color:#555}dd{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}';

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

export interface RenderedRecord {
  readonly record: Readonly<Record<string, unknown>>;
  /** Path of its file, from the root of the archive. */
  readonly file?: string | undefined;
}

/** @param toRoot how to get from the page to the root of the archive, such as `../` */
export function renderRecord({ record, file }: RenderedRecord, toRoot: string): string {
  const fields = Object.entries(record).map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(text ?? '')}</dd>`;
  });
  const link =
    file === undefined ? '' : `<dt>file</dt><dd><a href="${escapeHtml(toRoot + file)}">${escapeHtml(file)}</a></dd>`;
  return `<dl>${fields.join('')}${link}</dl>\n`;
}

/** @param body markup, escaped already */
export function renderPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${body}</body>
</html>
`;
}

/** The page to begin with. */
export function renderIndex(facts: ExportFacts): string {
  const { resourceName, geography, identifiers, includesReceived } = facts;
  const lines = [
    `What ${resourceName} (${geography}) holds about: ${identifiers.join(', ')}.`,
    `Made on ${toSeconds(facts.createdOn)}; the copy on the server is gone on ${toSeconds(facts.expiresOn)}.`,
    includesReceived
      ? 'Records marked "received" were written by others.'
      : 'What others wrote is not in it, but for the topics of threads.',
    'The same for programs: manifest.json says what is in which file.',
  ];
  const sections = facts.stores.map(({ store, holds, records, pages }) => {
    const links = pages.map((page, index) => `<a href="${escapeHtml(page)}">${index + 1}</a>`).join(' ');
    return `<h2>${escapeHtml(holds)}</h2>\n<p>${records} records (${escapeHtml(store)}). Pages: ${links}</p>\n`;
  });
  const introduction = lines.map((line) => `<p>${escapeHtml(line)}</p>\n`).join('');
  return renderPage('Exported data', introduction + sections.join(''));
}
