// The unmodified chat SDK as a browser loads it: one module, from the published packages.
import { build } from 'esbuild';

const code = `export { ChatClient } from '@azure/communication-chat';
export { AzureCommunicationTokenCredential } from '@azure/communication-common';`;

export async function bundleSdk(): Promise<string> {
  const built = await build({
    stdin: { contents: code, resolveDir: process.cwd() },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  });
  return built.outputFiles[0]?.text ?? '';
}
