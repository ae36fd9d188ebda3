// Runs Azurite in a process of its own that ends with the supervisor, however that ends. Arguments are Azurite's.
import { createRequire, Module } from 'node:module';
import { lockFolder } from '../folder-lock.js';
import { type DatabaseKeeper, keepDatabases } from './keep-databases.js';
import { createGate } from './request-gate.js';
import type { FromAzurite } from './azurite.js';
import { watchSpace } from './watch-space.js';

const require = createRequire(import.meta.url);
const requireAzurites = createRequire(require.resolve('azurite/package.json'));
const folder = process.argv.find((argument) => argument.startsWith('--location='))?.slice('--location='.length);
/** The storage of an emulator that was killed ends by itself, and writes its data first. */
const formerLimitMs = 15_000;
const retryMs = 50;

// Azurite loads these for telemetry and for SQL databases. Here nothing is to call home and nothing uses SQL; without
// them it starts in half the time and takes 30 MB less.
const unused = { applicationinsights: {}, sequelize: { Model: Object } }; // Model: for classes that extend it
for (const [name, exports] of Object.entries(unused)) {
  const path = requireAzurites.resolve(name);
  const stub = new Module(path);
  stub.exports = exports;
  stub.loaded = true;
  require.cache[path] = stub;
}

let isStopping = false;
let keeper: DatabaseKeeper | undefined;

// Azurite has a handler for SIGTERM too: it stops listening and writes what it holds to disk. After that only our
// channel keeps the process alive.
process.on('SIGTERM', () => {
  isStopping = true;
  setTimeout(() => process.exit(1), 10_000).unref();
  if (process.connected) {
    process.disconnect();
  }
});

process.once('disconnect', () => {
  if (isStopping) {
    return;
  }
  const hasStarted = process.listenerCount('SIGTERM') > 1;
  if (hasStarted) {
    process.emit('SIGTERM');
  } else {
    process.exit(0);
  }
});

// The end tells whether all of it is written; a store that cannot close must not keep the others from trying.
process.on('unhandledRejection', (reason) => {
  process.exitCode = 1;
  process.stderr.write(`Error: ${reason instanceof Error ? reason.message : 'unknown'}\n`);
});
process.on('exit', () => {
  if (keeper?.hasUnsaved() === true) {
    process.exitCode = 1;
  }
});

// Whoever read our output may be gone; that must not keep Azurite from writing its data.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', () => undefined);
}

function keepIn(location: string): void {
  const gate = createGate();
  const fail = (reason: string): void => {
    if (gate.close()) {
      process.send?.({ kind: 'failing', reason } satisfies FromAzurite);
    }
  };
  keeper = keepDatabases(requireAzurites('lokijs'), fail);
  watchSpace(location, keeper, fail);
}

async function lock(location: string): Promise<void> {
  const deadline = performance.now() + formerLimitMs;
  for (;;) {
    try {
      await lockFolder(location, 'storage');
      return;
    } catch (error) {
      if (performance.now() > deadline || !process.connected) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}

async function main(): Promise<void> {
  if (folder !== undefined) {
    await lock(folder);
    keepIn(folder);
  }
  if (process.connected) {
    require('azurite/dist/src/azurite.js');
  } else {
    process.exit(0);
  }
}

main().catch((error: Error) => {
  process.stderr.write(`Error: its folder ${folder} cannot be used: ${error.message}\n`);
  process.exit(1);
});
