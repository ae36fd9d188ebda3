// Runs Azurite in a process of its own that ends with the supervisor, however that ends. Arguments are Azurite's.
import { createRequire, Module } from 'node:module';

const require = createRequire(import.meta.url);

// Azurite loads these for telemetry and for SQL databases. Here nothing is to call home and nothing uses SQL; without
// them it starts in half the time and takes 30 MB less.
const unused = { applicationinsights: {}, sequelize: { Model: Object } }; // Model: for classes that extend it
for (const [name, exports] of Object.entries(unused)) {
  const path = createRequire(require.resolve('azurite/package.json')).resolve(name);
  const stub = new Module(path);
  stub.exports = exports;
  stub.loaded = true;
  require.cache[path] = stub;
}

let isStopping = false;

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

// Whoever read our output may be gone; that must not keep Azurite from writing its data.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', () => undefined);
}

if (process.connected) {
  require('azurite/dist/src/azurite.js');
} else {
  process.exit(0);
}
