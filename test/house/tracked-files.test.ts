// What every file of the repository keeps to.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const ignored = new Set([
  '.git',
  ...readFileSync('.gitignore', 'utf8')
    .split('\n')
    .map((line) => line.replace('/', '')),
]);
const tracked = filesIn('.');

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !ignored.has(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesIn(path) : [path];
    });
}

const texts = tracked.filter(
  (path) => /\.(ts|mjs|json|md)$|^[^.]+$|^\.[^.]+$/.test(path) && path !== 'package-lock.json',
);
const pages = tracked.filter((path) => path.endsWith('.md'));

test('the repository is seen', () => {
  expect(texts.length).toBeGreaterThan(200);
  expect(pages.length).toBeGreaterThan(10);
});

test('no file is a drawer for everything', () => {
  const drawer = /(^|\/)(utils?|helpers?|common|misc)(\.|\/)/i;
  expect(tracked.filter((path) => drawer.test(path))).toEqual([]);
});

// Put together here, so that this file does not hold them.
const foreign = [['', 'work', ''].join('/'), ['', 'tmp', 'wt'].join('/'), ['issue', '#'].join(' ')];

test('no file names a place on the machine of whoever wrote it', () => {
  const holds = (path: string) => foreign.some((word) => readFileSync(path, 'utf8').includes(word));
  expect(texts.filter(holds)).toEqual([]);
});

test('no page suggests the package of this name that is not ours', () => {
  expect(pages.filter((path) => /npx (--?\S+ )*domicile\b/.test(readFileSync(path, 'utf8')))).toEqual([]);
});

test('links between pages lead to files that exist', () => {
  const broken = pages.flatMap((page) => {
    const links = [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)];
    return links.filter(([, to = '']) => !existsSync(join(dirname(page), to))).map(([, to]) => `${page}: ${to}`);
  });
  expect(broken).toEqual([]);
});
