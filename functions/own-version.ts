// The version of Domicile, for receipts: what did the work.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const path = createRequire(import.meta.url).resolve('acs-domicile/package.json');

export const ownVersion = (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
