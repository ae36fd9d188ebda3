// Plays Pulumi's provider of Azure, over gRPC on loopback, as the real engine talks to it. What the real one knows of Azure's
// types it does not know; what it asks of Azure, and when, is the same.
import { EventEmitter, once } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import { type handleUnaryCall, Server, ServerCredentials } from '@grpc/grpc-js';
import emptyProto from 'google-protobuf/google/protobuf/empty_pb.js';
import pluginProto from '@pulumi/pulumi/proto/plugin_pb.js';
import providerGrpc from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import providerProto from '@pulumi/pulumi/proto/provider_pb.js';
import { armNameOf, armTypeOf } from '../../render/arm-types.js';
import { azureIdOf } from '../../render/azure-view.js';
import { withLateOutputs } from '../../render/late-outputs.js';
import { ArmError } from './arm-error.js';
import type { PlayedAzure } from './played-azure.js';
import { fromStruct, inPlain, isKnown, type Properties, toStruct, unknown } from './pulumi-values.js';

export interface PlayedProvider {
  readonly port: number;
  /** Functions of the provider that were called. */
  readonly invoked: readonly string[];
  /** Resolves when the engine next asks to stop what is under way. */
  nextCancellation(): Promise<unknown>;
  stop(): void;
}

interface Named {
  getUrn(): string;
}

export async function playProvider(azure: PlayedAzure, subscriptionId: string): Promise<PlayedProvider> {
  const invoked: string[] = [];
  const cancellations = new EventEmitter();
  const idOf = (request: Named, inputs: Properties) => azureIdOf(subscriptionId, typeOf(request), plainly(inputs));
  const server = new Server();
  server.addService(providerGrpc.ResourceProviderService as never, {
    handshake: answer(() => new providerProto.ProviderHandshakeResponse().setAcceptSecrets(true)),
    attach: answer(() => new emptyProto.Empty()),
    getPluginInfo: answer(() => new pluginProto.PluginInfo().setVersion('3.28.0')),
    checkConfig: answer((request: providerProto.CheckRequest) =>
      new providerProto.CheckResponse().setInputs(request.getNews()),
    ),
    diffConfig: answer((request: providerProto.DiffRequest) => differ(request)),
    configure: answer(() => new providerProto.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true)),
    invoke: answer((request: providerProto.InvokeRequest) => {
      invoked.push(request.getTok());
      return new providerProto.InvokeResponse();
    }),
    cancel: answer(() => {
      cancellations.emit('one');
      return new emptyProto.Empty();
    }),
    check: answer((request: providerProto.CheckRequest) =>
      new providerProto.CheckResponse().setInputs(request.getNews()),
    ),
    diff: answer((request: providerProto.DiffRequest) => differ(request)),
    create: answer(async (request: providerProto.CreateRequest) => {
      const inputs = fromStruct(request.getProperties());
      const outputs = outputsOf(request, inputs);
      if (request.getPreview()) {
        return new providerProto.CreateResponse().setProperties(toStruct(unseen(request, inputs)));
      }
      const id = idOf(request, inputs);
      if (azure.find(id) !== undefined) {
        throw new Error(`cannot create already existing resource '${id}'`);
      }
      await azure.put({ id, type: typeOf(request), name: nameOf(request), inputs });
      return new providerProto.CreateResponse().setId(id).setProperties(toStruct(outputs));
    }),
    update: answer(async (request: providerProto.UpdateRequest) => {
      const inputs = fromStruct(request.getNews());
      if (!request.getPreview()) {
        await azure.put({ id: request.getId(), type: typeOf(request), name: nameOf(request), inputs });
      }
      const outputs = isKnown(inputs) ? outputsOf(request, inputs) : unseen(request, inputs);
      return new providerProto.UpdateResponse().setProperties(toStruct(outputs));
    }),
    read: answer((request: providerProto.ReadRequest) => {
      const found = azure.find(request.getId());
      if (found === undefined) {
        return new providerProto.ReadResponse();
      }
      return new providerProto.ReadResponse()
        .setId(request.getId())
        .setProperties(toStruct(outputsOf(request, found.inputs)))
        .setInputs(toStruct(found.inputs));
    }),
    delete: answer(async (request: providerProto.DeleteRequest) => {
      await azure.delete(request.getId());
      return new emptyProto.Empty();
    }),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    port,
    invoked,
    nextCancellation: () => once(cancellations, 'one'),
    stop: () => server.forceShutdown(),
  };
}

/** Of `urn:pulumi:<stack>::<project>::<types of parents>$<type>::<name>`. */
const typeOf = (request: Named) => String(request.getUrn().split('::')[2]?.split('$').at(-1));
const nameOf = (request: Named) => String(request.getUrn().split('::').at(-1));
const plainly = (inputs: Properties) => inPlain(inputs) as Properties;

function outputsOf(request: Named, inputs: Properties): Properties {
  const type = typeOf(request);
  const name = armNameOf(armTypeOf(type, plainly(inputs)), plainly(inputs)).at(-1);
  return { ...withLateOutputs(type, nameOf(request), inputs), name };
}

/** What a preview says: the inputs, and that nobody knows the rest. */
function unseen(request: Named, inputs: Properties): Properties {
  const late = withLateOutputs(typeOf(request), nameOf(request), {});
  const hidden = Object.entries(late).map(([name, shown]) => [
    name,
    typeof shown === 'string' ? unknown : Object.fromEntries(Object.keys(shown as object).map((key) => [key, unknown])),
  ]);
  const merged = hidden.map(([name, value]) => [
    name,
    typeof value === 'string' ? value : { ...(inputs[String(name)] as object | undefined), ...(value as object) },
  ]);
  return { ...inputs, name: unknown, ...(Object.fromEntries(merged) as Properties) };
}

/** A place or a name cannot be changed: then it is made anew. */
function differ(request: providerProto.DiffRequest): providerProto.DiffResponse {
  const before = plainly(fromStruct(request.getOldInputs() ?? request.getOlds()));
  const after = plainly(fromStruct(request.getNews()));
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => !isDeepStrictEqual(before[key], after[key]),
  );
  const type = typeOf(request);
  const fixed = type.startsWith('azure-native:')
    ? new Set(['location', 'scope', 'resourceGroupName', ...armTypeOf(type, after).name])
    : new Set<string>();
  const { DIFF_SOME, DIFF_NONE } = providerProto.DiffResponse.DiffChanges;
  return new providerProto.DiffResponse()
    .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList(changed)
    .setReplacesList(changed.filter((key) => fixed.has(key)))
    .setDeletebeforereplace(changed.some((key) => fixed.has(key)));
}

function answer<Request, Response>(
  respond: (request: Request) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return async (call, callback) => {
    try {
      callback(null, await respond(call.request));
    } catch (error) {
      const { message } = error as Error;
      callback({ code: 2, details: error instanceof ArmError ? `autorest/azure: ${message}` : message });
    }
  };
}
