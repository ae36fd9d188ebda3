// What every file of the repository keeps to.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && existsSync(path));
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
const foreign = [
  ['', 'work', ''].join('/'),
  ['', 'tmp', 'wt'].join('/'),
  ['issue', '#'].join(' '),
  ['npx', 'domicile'].join(' '),
];

test('no file names a place on the machine of whoever wrote it, or a package that is not ours', () => {
  const found = texts.filter((path) => {
    const text = readFileSync(path, 'utf8');
    return foreign.some((word) => text.includes(word));
  });
  expect(found).toEqual([]);
});

test('links between pages lead to files that exist', () => {
  const broken = pages.flatMap((page) => {
    const links = [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)];
    return links.filter(([, to = '']) => !existsSync(join(dirname(page), to))).map(([, to]) => `${page}: ${to}`);
  });
  expect(broken).toEqual([]);
});
