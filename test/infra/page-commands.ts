// The commands of docs/deploy.md, as they stand there.
import { readFileSync } from 'node:fs';

/** The one block of commands that holds a text. @throws {Error} when there is not exactly one */
export function commandsWith(text: string): string {
  const page = readFileSync(new URL('../../docs/deploy.md', import.meta.url), 'utf8');
  const blocks = [...page.matchAll(/^( *)```sh\n([\s\S]*?)^ *```$/gm)].map(([, indent = '', block = '']) =>
    block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
  const found = blocks.filter((block) => block.includes(text));
  if (found.length !== 1) {
    throw new Error(`${found.length} blocks hold ${text}.`);
  }
  return String(found[0]);
}
