// An operation on one item that is neither creating, getting, listing nor deleting, such as the verification of a domain.
import type { z } from 'zod';
import { type Operation, operation } from '../../shared/api/index.js';
import { manager } from '../../shared/auth/index.js';
import { NoBody } from '../../shared/http/index.js';
import { type ArmItem, type EmailParts, type ItemId, putItem, requireItem } from '../../shared/email/index.js';
import { homeOf, noteDone, requireSettled } from '../../shared/management/index.js';
import { begunHeaders, watchedHeaders } from '../wire/arm/answers.js';
import type { Asked } from '../wire/arm/lists.js';
import { begun, operationOf, watched } from '../wire/arm/long-running.js';
import { askerOf, common } from '../wire/arm/resources.js';
import { itemIdOf, type ItemResource, itemRoute, type ItemWire, type Params, renderItem } from './item-wire.js';

export function changeItem<Body extends z.ZodType, Looked = undefined>(
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
    /** What has to be found out before, and takes a while. */
    look?(body: z.output<Body>, before: ArmItem, id: ItemId): Promise<Looked>;
    apply(body: z.output<Body>, before: ArmItem, looked: Looked | undefined): Pick<ArmItem, 'properties' | 'tags'>;
  },
): Operation {
  const answers: Partial<{ 200: ItemResource; 202: typeof NoBody }> =
    change.method === 'POST' ? { 202: NoBody } : { 200: wire.resource };
  return operation({
    ...common,
    auth: manager('manage'),
    name: change.name,
    contract: change.contract,
    summary: change.summary,
    route: `${change.method} ${itemRoute(wire)}${change.suffix}`,
    body: change.body,
    home: (input: Asked<Params>) => homeOf(parts, askerOf(input), itemIdOf(wire, input.params).owner),
    answers,
    answerHeaders: change.method === 'POST' ? begunHeaders : { 200: watchedHeaders[200] ?? [] },
    answer: async (input) => {
      const id = itemIdOf(wire, input.params);
      const before = await requireItem(parts, id);
      await requireSettled(parts, id.owner);
      const looked = await change.look?.(input.body, before, id);
      const { item } = await putItem(parts, askerOf(input), id, (now = before) =>
        change.apply(input.body, now, looked),
      );
      const noted = operationOf(parts, id.owner, await noteDone(parts, change.name));
      if (change.method === 'POST') {
        return begun(input.request, noted);
      }
      const body = renderItem(wire, id.owner, id.path, item);
      return watched(input.request, noted, 200, body);
    },
  });
}
