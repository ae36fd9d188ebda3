// What is in the package for Azure, and what is not.
import { beforeAll, describe, expect, it } from 'vitest';
import { type AppPackage, makePackage, maxPackageBytes } from '../../deploy/package/make-package.js';
import { writeZip } from '../../deploy/package/write-zip.js';
import { unzip } from '../privacy/unzip.js';
import { project } from './unpacked-package.js';

let made: AppPackage;
let files: ReadonlyMap<string, Buffer>;

beforeAll(async () => {
  made = await makePackage(project);
  files = await unzip(made.zip);
});

describe('the package', () => {
  it('holds the bundle, the Functions library, host.json and package.json, and nothing else', () => {
    const allowed =
      /^(app\/[\w-]+\.js|host\.json|package\.json|node_modules\/(@azure\/functions(-extensions-base)?|cookie)\/.*(package\.json|LICENSE|\.m?js))$/;
    expect([...files.keys()].filter((path) => !allowed.test(path))).toEqual([]);
    expect([...files.keys()]).toEqual(expect.arrayContaining(['app/main.js', 'host.json', 'package.json']));
  });

  it('is made of what Azure runs only: no emulator, no tests, no tools of development', () => {
    const own = made.bundle.sources.filter((path) => !path.includes('node_modules/'));
    expect(own.length).toBeGreaterThan(100);
    expect(own.filter((path) => !/^dist\/(functions|shared)\/.*\.js$/.test(path))).toEqual([]);
    const foreign = /node_modules\/(azurite|esbuild|vitest|typescript|fast-check|@azure\/communication-)/;
    expect(made.bundle.sources.filter((path) => foreign.test(path))).toEqual([]);
  });

  it('names no folder of the machine it was made on', () => {
    const naming = [...files].filter(([, content]) => content.includes(project));
    expect(naming.map(([path]) => path)).toEqual([]);
  });

  it('takes at most 5 MB', () => expect(made.zip.length).toBeLessThan(maxPackageBytes));

  it('has the same bytes when it is made again, and whatever the order of its files', async () => {
    expect((await makePackage(project)).sha256).toBe(made.sha256);
    expect((await writeZip(new Map([...files].toReversed()))).equals(made.zip)).toBe(true);
  });

  it('gives everybody the right to read each file, as Azure mounts it', () => {
    // The first field of a central directory entry says who made it: 3 is Unix, whose modes the reader believes.
    const modes = centralDirectory(made.zip).map(({ madeBy, mode }) => [madeBy, mode.toString(8)].join());
    expect(modes.length).toBe(files.size);
    expect([...new Set(modes)]).toEqual(['3,100644']);
  });

  it('reads at a start no code that most starts do not need', () => {
    expect(made.bundle.packagesAtStart).toEqual(expect.arrayContaining(['@azure/data-tables', 'undici', 'zod']));
    const onFirstUse = [
      '@azure/storage-blob',
      '@azure/storage-queue',
      '@azure/identity',
      '@azure/msal-node',
      '@azure/eventgrid',
      '@azure/monitor-ingestion',
      'nodemailer',
      'postal-mime',
      'htmlparser2',
      'sanitize-html',
      'temporal-polyfill',
      'yazl',
    ];
    expect(made.bundle.packagesAtStart.filter((name) => onFirstUse.includes(name))).toEqual([]);
  });

  it('keeps its lines short, because a failure quotes the line that it happened in', () => {
    const longest = Math.max(
      ...String(files.get('app/main.js'))
        .split('\n', 200)
        .map(({ length }) => length),
    );
    expect(longest).toBeLessThan(2_000);
  });
});

function centralDirectory(zip: Buffer): { madeBy: number; mode: number }[] {
  const entries = [];
  const start = Buffer.from('PK\x01\x02', 'latin1');
  for (let at = zip.indexOf(start); at >= 0; at = zip.indexOf(start, at + 4)) {
    entries.push({ madeBy: zip.readUInt8(at + 5), mode: zip.readUInt16LE(at + 40) });
  }
  return entries;
}
