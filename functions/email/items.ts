// Operations of what belongs to a resource: create or replace, get, list, delete, the same for every kind.
import { z } from 'zod';
import { type Operation, operation } from '../../shared/api/index.js';
import { Answer } from '../../shared/http/index.js';
import { manager } from '../../shared/auth/index.js';
import { armPath, type ArmId, checkArmId, provider } from '../../shared/resources/index.js';
import {
  type EmailParts,
  type ArmItem,
  deleteItem,
  type ItemKind,
  itemKinds,
  listItems,
  putItem,
  requireItem,
} from '../../shared/email/index.js';
import { homeOf, noteDone, requireSettled } from '../../shared/management/index.js';
import { inGroup, ifNotFound } from '../wire/arm/paths.js';
import type { Asked } from '../wire/arm/lists.js';
import { begun, operationOf, watched } from '../wire/arm/long-running.js';
import { askerOf, common, itemHead, renderAuthorship } from '../wire/arm/resources.js';

/** A kind on the wire. */
export interface ItemWire<Body extends z.ZodType> {
  readonly kind: ItemKind;
  /** One of the kind in names of functions, e.g. `domain`. */
  readonly noun: string;
  /** Its name in the SDK, and those of its operations. */
  readonly contract: string;
  readonly list: string;
  /** Of the path, the owner's first. */
  readonly paramNames: readonly string[];
  readonly body: Body;
  /** Whether putting and deleting are long-running operations. */
  readonly isWatched?: boolean;
  describe(body: z.output<Body>, before: ArmItem | undefined, owner: ArmId): Pick<ArmItem, 'properties' | 'tags'>;
  /** Properties as they are shown, beyond those that are kept. */
  show(item: ArmItem): object;
}

type Params = Readonly<Record<string, string>>;

const PageQuery = z.object({ $skipToken: z.string().max(300).optional() });

export function itemOperations<Body extends z.ZodType>(parts: EmailParts, wire: ItemWire<Body>): Operation[] {
  const { kind, noun, contract, paramNames } = wire;
  const [ownerParam = '', ...pathParams] = paramNames;
  const path = [`${inGroup}/${kind.owner}/{${ownerParam}}`, ...segments(kind, pathParams)].join('/');
  const listPath = path.slice(0, path.lastIndexOf('/'));
  const ownerOf = (params: Params): ArmId =>
    checkArmId({
      type: kind.owner,
      subscriptionId: params['subscriptionId'] ?? '',
      resourceGroup: params['resourceGroupName'] ?? '',
      name: params[ownerParam] ?? '',
    });
  const itemOf = (params: Params) => ({
    owner: ownerOf(params),
    kind,
    path: pathParams.map((name) => params[name] ?? ''),
  });
  const home = (input: Asked<Params>) => homeOf(parts, askerOf(input), ownerOf(input.params));
  const render = (owner: ArmId, parentPath: readonly string[], item: ArmItem) =>
    renderItem(wire, owner, [...parentPath, item.name], item);
  return [
    operation({
      ...common,
      auth: manager('manage'),
      name: `management-put-${noun}`,
      contract: `${contract}.createOrUpdate`,
      summary: `Creates or replaces one of ${contract}.`,
      route: `PUT ${path}`,
      body: wire.body,
      home,
      statuses: [200, 201],
      answer: async (input) => {
        const id = itemOf(input.params);
        const put = await putItem(parts, askerOf(input), id, (before) => wire.describe(input.body, before, id.owner));
        const body = render(id.owner, id.path.slice(0, -1), put.item);
        if (wire.isWatched !== true) {
          return new Answer(put.isNew ? 201 : 200, body);
        }
        const noted = operationOf(parts, id.owner, await noteDone(parts, `put-${noun}`));
        return watched(input.request, noted, put.isNew ? 201 : 200, body);
      },
    }),
    operation({
      ...common,
      auth: manager('read'),
      name: `management-get-${noun}`,
      contract: `${contract}.get`,
      summary: `Gets one of ${contract}.`,
      route: `GET ${path}`,
      home,
      ok: async ({ params }: { params: Params }) => {
        const id = itemOf(params);
        return render(id.owner, id.path.slice(0, -1), await requireItem(parts, id));
      },
    }),
    operation({
      ...common,
      auth: manager('read'),
      name: `management-list-${noun}s`,
      contract: `${contract}.${wire.list}`,
      summary: `Lists ${contract}.`,
      route: `GET ${listPath}`,
      query: PageQuery,
      home,
      ok: async ({ params, query, request }) => {
        const id = itemOf(params);
        const parentPath = id.path.slice(0, -1);
        const { items, next } = await listItems(parts, { ...id, path: parentPath }, query.$skipToken);
        const link = `${request.origin}${armPath(id.owner)}/${itemKinds.itemPath(kind, parentPath).replace(/\/$/, '')}`;
        const search = new URLSearchParams({ 'api-version': request.apiVersion, $skipToken: next ?? '' });
        return {
          value: items.map((item) => render(id.owner, parentPath, item)),
          ...(next !== undefined && { nextLink: `${link}?${search}` }),
        };
      },
    }),
    operation({
      ...common,
      auth: manager('manage'),
      name: `management-delete-${noun}`,
      contract: `${contract}.delete`,
      summary: `Deletes one of ${contract} with what is within it.`,
      route: `DELETE ${path}`,
      home,
      statuses: wire.isWatched === true ? [202, 204] : [200, 204],
      answer: async (input) => {
        const id = itemOf(input.params);
        const wasThere = await deleteItem(parts, id).catch(ifNotFound);
        if (wasThere !== true) {
          return new Answer(204);
        }
        if (wire.isWatched !== true) {
          return new Answer(200);
        }
        return begun(input.request, operationOf(parts, id.owner, await noteDone(parts, `delete-${noun}`)));
      },
    }),
  ];
}

/** An operation on one item that is neither of the four, such as the verification of a domain. */
export function changeItem<Body extends z.ZodType>(
  parts: EmailParts,
  wire: ItemWire<z.ZodType>,
  change: {
    readonly name: string;
    readonly contract: string;
    readonly summary: string;
    readonly method: 'POST' | 'PATCH';
    /** Behind the path of the item. */
    readonly suffix: string;
    readonly body: Body;
    apply(body: z.output<Body>, before: ArmItem): Pick<ArmItem, 'properties' | 'tags'>;
  },
): Operation {
  const [ownerParam = '', ...pathParams] = wire.paramNames;
  const path = [`${inGroup}/${wire.kind.owner}/{${ownerParam}}`, ...segments(wire.kind, pathParams)].join('/');
  const idOf = (params: Params) => ({
    owner: checkArmId({
      type: wire.kind.owner,
      subscriptionId: params['subscriptionId'] ?? '',
      resourceGroup: params['resourceGroupName'] ?? '',
      name: params[ownerParam] ?? '',
    }),
    kind: wire.kind,
    path: pathParams.map((name) => params[name] ?? ''),
  });
  return operation({
    ...common,
    auth: manager('manage'),
    name: change.name,
    contract: change.contract,
    summary: change.summary,
    route: `${change.method} ${path}${change.suffix}`,
    body: change.body,
    home: (input: Asked<Params>) => homeOf(parts, askerOf(input), idOf(input.params).owner),
    statuses: change.method === 'POST' ? [202] : [200],
    answer: async (input) => {
      const id = idOf(input.params);
      const before = await requireItem(parts, id);
      await requireSettled(parts, id.owner);
      const { item } = await putItem(parts, askerOf(input), id, () => change.apply(input.body, before));
      const noted = operationOf(parts, id.owner, await noteDone(parts, change.name));
      if (change.method === 'POST') {
        return begun(input.request, noted);
      }
      const body = renderItem(wire, id.owner, [...id.path.slice(0, -1), item.name], item);
      return watched(input.request, noted, 200, body);
    },
  });
}

function renderItem(wire: ItemWire<z.ZodType>, owner: ArmId, path: readonly string[], item: ArmItem) {
  return {
    ...itemHead(owner, wire.kind, path),
    type: `${provider}/${wire.kind.owner}/${wire.kind.typePath}`,
    systemData: renderAuthorship(item),
    ...(item.tags !== undefined && { location: 'global', tags: item.tags }),
    properties: { ...item.properties, ...wire.show(item) },
  };
}

/** `domains/{domainName}`, `senderUsernames/{senderUsername}` */
function segments({ typePath }: ItemKind, pathParams: readonly string[]): string[] {
  return typePath.split('/').map((segment, index) => `${segment}/{${pathParams[index] ?? ''}}`);
}
