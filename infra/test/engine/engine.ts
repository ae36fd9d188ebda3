// A small deployment engine: the part of Pulumi's own that a program talks to, over gRPC on loopback. It makes nothing; it
// answers as the real one does, with unknown outputs in a preview and with outputs in an update.
import { type handleUnaryCall, Server, ServerCredentials, type UntypedServiceImplementation } from '@grpc/grpc-js';
import emptyProto from 'google-protobuf/google/protobuf/empty_pb.js';
import structProto from 'google-protobuf/google/protobuf/struct_pb.js';
import engineGrpc from '@pulumi/pulumi/proto/engine_grpc_pb.js';
import engineProto from '@pulumi/pulumi/proto/engine_pb.js';
import providerProto from '@pulumi/pulumi/proto/provider_pb.js';
import resourceGrpc from '@pulumi/pulumi/proto/resource_grpc_pb.js';
import resourceProto from '@pulumi/pulumi/proto/resource_pb.js';
import { armNameOf, armTypeOf } from '../../render/arm-types.js';
import { azureIdOf } from '../../render/azure-view.js';
import { withLateOutputs } from '../../render/late-outputs.js';
import { recordRegistration } from '../../render/record-registration.js';
import type { RecordedResource } from '../../render/recorded-resource.js';

export interface EngineRun {
  readonly resources: RecordedResource[];
  /** Functions of the provider that were called. */
  readonly calls: string[];
  /** What the program complained of. */
  readonly errors: string[];
  /** Outputs of the stack. */
  outputs: Readonly<Record<string, unknown>>;
}

export interface Engine {
  readonly address: string;
  readonly run: EngineRun;
  stop(): void;
}

const errorSeverity = 3;

export async function startEngine(isPreview: boolean, subscriptionId: string): Promise<Engine> {
  const run: EngineRun = { resources: [], calls: [], errors: [], outputs: {} };
  const server = new Server();
  let root = '';
  server.addService(engineGrpc.EngineService as never, {
    ...answering(['startDebugging'], () => new emptyProto.Empty()),
    log: answer((request: engineProto.LogRequest) => {
      if (request.getSeverity() === (errorSeverity as never)) {
        run.errors.push(request.getMessage());
      }
      return new emptyProto.Empty();
    }),
    getRootResource: answer(() => new engineProto.GetRootResourceResponse().setUrn(root)),
    setRootResource: answer((request: engineProto.SetRootResourceRequest) => {
      root = request.getUrn();
      return new engineProto.SetRootResourceResponse();
    }),
    requirePulumiVersion: answer(() => new engineProto.RequirePulumiVersionResponse()),
  });
  server.addService(resourceGrpc.ResourceMonitorService as never, {
    ...answering(
      ['signalAndWaitForShutdown', 'registerStackTransform', 'registerStackInvokeTransform', 'registerResourceHook'],
      () => new emptyProto.Empty(),
    ),
    supportsFeature: answer(() => new resourceProto.SupportsFeatureResponse().setHassupport(true)),
    invoke: answer((request: resourceProto.ResourceInvokeRequest) => {
      run.calls.push(request.getTok());
      return new providerProto.InvokeResponse();
    }),
    registerResource: answer((request: resourceProto.RegisterResourceRequest) =>
      register(request, { run, isPreview, subscriptionId }),
    ),
    registerResourceOutputs: answer((request: resourceProto.RegisterResourceOutputsRequest) => {
      run.outputs = request.getOutputs()?.toJavaScript() ?? {};
      return new emptyProto.Empty();
    }),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { address: `127.0.0.1:${port}`, run, stop: () => server.forceShutdown() };
}

interface Registering {
  readonly run: EngineRun;
  readonly isPreview: boolean;
  readonly subscriptionId: string;
}

function register(
  request: resourceProto.RegisterResourceRequest,
  { run, isPreview, subscriptionId }: Registering,
): resourceProto.RegisterResourceResponse {
  const type = request.getType();
  const name = request.getName();
  const response = new resourceProto.RegisterResourceResponse();
  response.setUrn(`urn:pulumi:test::domicile::${type}::${name}`);
  if (!request.getCustom()) {
    return response;
  }
  const resource = recordRegistration(request as never);
  run.resources.push(resource);
  if (isPreview) {
    return response;
  }
  const { inputs } = resource;
  const state = { ...withLateOutputs(type, name, inputs), name: armNameOf(armTypeOf(type, inputs), inputs).at(-1) };
  response.setId(azureIdOf(subscriptionId, type, inputs));
  response.setObject(
    structProto.Struct.fromJavaScript(state as Parameters<typeof structProto.Struct.fromJavaScript>[0]),
  );
  return response;
}

function answer<Request, Response>(respond: (request: Request) => Response): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    try {
      callback(null, respond(call.request));
    } catch (error) {
      callback(error as Error);
    }
  };
}

function answering(names: readonly string[], respond: () => unknown): UntypedServiceImplementation {
  return Object.fromEntries(names.map((name) => [name, answer(respond)])) as UntypedServiceImplementation;
}
