// Ids are opaque: where the forms of ids stand in the code, by what they begin or end with.
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

/** In literals and patterns, not in comments. */
const formOfAnId = /8:acs:|@thread/;
const knows = [
  // Which texts are identifiers of a person, as owners write them.
  'shared/data-map/identifier.ts',
  'shared/chat/thread-id-form.ts',
  // Index rows of before rows said whose they are.
  'shared/chat/whose-rows.ts',
  'shared/identity/raw-id.ts',
  // Words for people.
  'shared/privacy/faults.ts',
];

describe('The forms of ids', () => {
  it('are known to the files that make them, and to no other', async () => {
    const found: string[] = [];
    for (const folder of ['functions', 'shared']) {
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        const path = `${entry.parentPath}/${entry.name}`;
        if (entry.isFile() && path.endsWith('.ts') && formOfAnId.test(withoutComments(await readFile(path, 'utf8')))) {
          found.push(path);
        }
      }
    }
    expect(found.sort()).toEqual(knows.toSorted());
  });
});

function withoutComments(code: string): string {
  return code.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '');
}
