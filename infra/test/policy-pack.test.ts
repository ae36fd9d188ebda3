// The pack as Pulumi starts it: it says its port, and answers over gRPC on loopback.
import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { credentials } from '@grpc/grpc-js';
import analyzerGrpc from '@pulumi/pulumi/proto/analyzer_grpc_pb.js';
import analyzerProto from '@pulumi/pulumi/proto/analyzer_pb.js';
import structProto from 'google-protobuf/google/protobuf/struct_pb.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { infraFolder, only, record } from './sample-stacks.js';

const starter = createRequire(import.meta.url).resolve('@pulumi/pulumi/cmd/run-policy-pack/index.js');
const type = 'azure-native:storage:StorageAccount';

let pack: ChildProcess;
let client: InstanceType<typeof analyzerGrpc.AnalyzerClient>;

beforeAll(async () => {
  const folder = `${infraFolder}/policies`;
  pack = spawn(process.execPath, [starter, '127.0.0.1:1', folder], { cwd: folder, env: { HOME: '/nonexistent' } });
  const port = await new Promise<string>((resolve, reject) => {
    pack.stdout?.once('data', (chunk: Buffer) => resolve(String(chunk).trim()));
    pack.once('exit', () => reject(new Error('The pack ended before it said its port.')));
  });
  client = new analyzerGrpc.AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure());
});

afterAll(() => {
  client.close();
  pack.kill();
});

async function messagesFor(inputs: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  const request = new analyzerProto.AnalyzeRequest()
    .setType(type)
    .setName('storage')
    .setUrn(`urn:pulumi:test::domicile::${type}::storage`)
    .setOptions(new analyzerProto.AnalyzerResourceOptions())
    .setProperties(
      structProto.Struct.fromJavaScript(inputs as Parameters<typeof structProto.Struct.fromJavaScript>[0]),
    );
  const response = await new Promise<analyzerProto.AnalyzeResponse>((resolve, reject) => {
    client.analyze(request, (error, answer) => (error ? reject(error) : resolve(answer)));
  });
  return response.getDiagnosticsList().map((each) => each.getMessage());
}

test('lets the real account pass, and stops a geo-replicated one', async () => {
  const { resources } = await record('norway');
  const { inputs } = only(resources, 'storage:StorageAccount');
  expect(await messagesFor(inputs)).toEqual([]);
  const broken = { ...inputs, sku: { name: 'Standard_GRS' } };
  expect((await messagesFor(broken)).join()).toContain('The sku Standard_GRS is not one that stays in its region');
});
