// Operations of what belongs to a resource: create or replace, get, list, delete, the same for every kind.
import { z } from 'zod';
import { type AnswerHeaders, type Operation, operation } from '../../shared/api/index.js';
import { Answer, NoBody } from '../../shared/http/index.js';
import { manager } from '../../shared/auth/index.js';
import { armPath } from '../../shared/resources/index.js';
import {
  deleteItem,
  type EmailParts,
  findItem,
  itemKinds,
  listItems,
  putItem,
  requireItem,
} from '../../shared/email/index.js';
import { type Asker, homeOf, noteDone } from '../../shared/management/index.js';
import { begunHeaders, watchedHeaders } from '../wire/arm/answers.js';
import { ifNotFound } from '../wire/arm/paths.js';
import type { Asked } from '../wire/arm/lists.js';
import { begun, operationOf, watched } from '../wire/arm/long-running.js';
import { askerOf, common } from '../wire/arm/resources.js';
import { pageOf } from '../wire/written.js';
import { itemIdOf, itemRoute, type ItemWire, type Params, renderItem } from './item-wire.js';

const PageQuery = z.object({ $skipToken: z.string().max(300).optional() });

export function itemOperations<Body extends z.ZodType>(parts: EmailParts, wire: ItemWire<Body>): Operation[] {
  const { kind, noun, plural, contract, resource } = wire;
  const ifWatched = (headers: AnswerHeaders) => (wire.isWatched === true ? headers : {});
  const gone: Readonly<Partial<Record<200 | 202 | 204, typeof NoBody>>> =
    wire.isWatched === true ? { 202: NoBody, 204: NoBody } : { 200: NoBody, 204: NoBody };
  const path = itemRoute(wire);
  const listPath = path.slice(0, path.lastIndexOf('/'));
  const home = (input: Asked<Params>) => homeOf(parts, askerOf(input), itemIdOf(wire, input.params).owner);
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
      answers: { 200: resource, 201: resource },
      answerHeaders: ifWatched(watchedHeaders),
      answer: async (input) => {
        const id = itemIdOf(wire, input.params);
        const put = await putItem(parts, askerOf(input), id, (before) => wire.describe(input.body, before, id));
        await makeWithin(parts, askerOf(input), wire.comesWith?.(id));
        const body = renderItem(wire, id.owner, id.path, put.item);
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
      returns: resource,
      ok: async ({ params }: { params: Params }) => {
        const id = itemIdOf(wire, params);
        return renderItem(wire, id.owner, id.path, await requireItem(parts, id));
      },
    }),
    operation({
      ...common,
      auth: manager('read'),
      name: `management-list-${plural}`,
      contract: `${contract}.${wire.list}`,
      summary: `Lists ${contract}.`,
      route: `GET ${listPath}`,
      query: PageQuery,
      home,
      returns: pageOf(resource),
      ok: async ({ params, query, request }) => {
        const id = itemIdOf(wire, params);
        const parentPath = id.path.slice(0, -1);
        const { items, next } = await listItems(parts, { ...id, path: parentPath }, query.$skipToken);
        const link = `${request.origin}${armPath(id.owner)}/${itemKinds.itemPath(kind, parentPath).replace(/\/$/, '')}`;
        const search = new URLSearchParams({ 'api-version': request.apiVersion, $skipToken: next ?? '' });
        return {
          value: items.map((item) => renderItem(wire, id.owner, id.path, item)),
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
      answers: gone,
      answerHeaders: ifWatched(begunHeaders),
      answer: async (input) => {
        const id = itemIdOf(wire, input.params);
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

/** Again with every PUT: a stop after the first left it out. */
async function makeWithin(
  parts: EmailParts,
  asker: Asker,
  within: ReturnType<NonNullable<ItemWire<z.ZodType>['comesWith']>>,
): Promise<void> {
  if (within !== undefined && (await findItem(parts, within.id)) === undefined) {
    await putItem(parts, asker, within.id, () => ({ properties: within.properties }));
  }
}
