// Pulumi's published host for Node.js, as the CLI of today wants it. The newest one that is published as a Go module knows no
// policy packs yet: this passes everything on to it, byte for byte, and starts policy packs itself, as the newer one does.
// Run by the CLI: language-host.js <address of the engine>; PULUMI_PUBLISHED_HOST is the path of the published one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  Client,
  credentials,
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
} from '@grpc/grpc-js';
import languageGrpc from '@pulumi/pulumi/proto/language_grpc_pb.js';
import languageProto from '@pulumi/pulumi/proto/language_pb.js';

type Method = MethodDefinition<unknown, unknown>;
const service = languageGrpc.LanguageRuntimeService as unknown as Readonly<Record<string, Method>>;
const asItIs = (bytes: Buffer) => bytes;

/** @returns the address of the published host, which ends with this process */
async function startPublished(engine: string): Promise<string> {
  const program = String(process.env['PULUMI_PUBLISHED_HOST']);
  const host = spawn(program, ['-typescript=false', engine], { stdio: ['ignore', 'pipe', 'inherit'] });
  process.once('exit', () => host.kill());
  const lines = createInterface({ input: host.stdout });
  const [port] = (await once(lines, 'line')) as [string];
  // What the program prints comes through here.
  lines.on('line', (line) => process.stdout.write(`${line}\n`));
  return `127.0.0.1:${port}`;
}

function passOn(client: Client, { path, requestStream, responseStream }: Method) {
  if (requestStream) {
    throw new Error(`${path} takes a stream, which is not passed on.`);
  }
  if (!responseStream) {
    return (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) =>
      client.makeUnaryRequest(path, asItIs, asItIs, call.request, (error, bytes) => answer(error, bytes));
  }
  return (call: ServerWritableStream<Buffer, Buffer>) => {
    const answers = client.makeServerStreamRequest(path, asItIs, asItIs, call.request);
    answers.on('error', (error) => call.emit('error', error));
    answers.pipe(call as unknown as NodeJS.WritableStream);
  };
}

function runPolicyPack(call: ServerWritableStream<Buffer, Buffer>): void {
  const request = languageProto.RunPluginRequest.deserializeBinary(call.request);
  const folder = request.getInfo()?.getProgramDirectory() ?? '';
  const say = (response: languageProto.RunPluginResponse) => call.write(Buffer.from(response.serializeBinary()));
  if (request.getKind() !== 'analyzer') {
    call.emit('error', new Error(`Only policy packs are started here, not the ${request.getKind()} ${folder}.`));
    return;
  }
  const starter = createRequire(join(folder, 'package.json')).resolve('@pulumi/pulumi/cmd/run-policy-pack/index.js');
  const env = Object.fromEntries(request.getEnvList().map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
  const pack = spawn(process.execPath, [starter, ...request.getArgsList(), folder], { cwd: folder, env });
  process.once('exit', () => pack.kill());
  pack.stdout.on('data', (bytes: Buffer) => say(new languageProto.RunPluginResponse().setStdout(bytes)));
  pack.stderr.on('data', (bytes: Buffer) => say(new languageProto.RunPluginResponse().setStderr(bytes)));
  call.once('cancelled', () => pack.kill());
  pack.once('close', (code) => {
    say(new languageProto.RunPluginResponse().setExitcode(code ?? 1));
    call.end();
  });
}

const client = new Client(await startPublished(process.argv.at(-1) ?? ''), credentials.createInsecure());
const server = new Server();
const raw = Object.fromEntries(
  Object.entries(service).map(([name, method]) => [
    name,
    {
      ...method,
      requestSerialize: asItIs,
      requestDeserialize: asItIs,
      responseSerialize: asItIs,
      responseDeserialize: asItIs,
    },
  ]),
);
server.addService(
  raw as never,
  Object.fromEntries(
    Object.entries(service)
      .filter(([, { requestStream }]) => !requestStream)
      .map(([name, method]) => [name, name === 'runPlugin' ? runPolicyPack : passOn(client, method)]),
  ) as never,
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => process.exit());
}
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error) {
    throw error;
  }
  process.stdout.write(`${port}\n`);
});
