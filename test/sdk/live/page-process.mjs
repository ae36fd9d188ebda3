// A page with the unmodified browser half of the chat SDK: it does what its test says, and tells what it hears.
import { actAsBrowser } from './browser-shims.mjs';
import { pageActs } from './page-acts.mjs';

const [, , bundle, origin] = process.argv;
actAsBrowser(origin);
const acts = pageActs(await import(bundle), (heard) => process.send({ heard }));

process.on('message', async ({ id, act, input }) => {
  try {
    await acts[act](input);
    process.send({ id });
  } catch (error) {
    process.send({ id, failed: String(error.message) });
  }
});
process.on('disconnect', () => process.exit());
process.on('uncaughtException', (error) => process.stderr.write(`${error.stack}\n`));
process.send({ ready: true });
