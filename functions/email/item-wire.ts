// A kind of what belongs to a resource, on the wire: its paths, its body, how it is shown.
import { z } from 'zod';
import type { AnswerBody } from '../../shared/api/index.js';
import type { ArmItem, ItemId, ItemKind } from '../../shared/email/index.js';
import { type ArmId, checkArmId, provider } from '../../shared/resources/index.js';
import type { itemResource } from '../wire/arm/answers.js';
import { inGroup } from '../wire/arm/paths.js';
import { itemHead, renderAuthorship } from '../wire/arm/resources.js';

/** Schema of how any kind is shown. */
export type ItemResource = ReturnType<typeof itemResource<z.ZodType>>;

/** An item with the properties that `describe` has made of a body. */
export type DescribedItem<Properties> = Omit<ArmItem, 'properties'> & { readonly properties: Properties };

/** A kind on the wire. */
export interface ItemWire<
  Body extends z.ZodType,
  Properties extends ArmItem['properties'] = ArmItem['properties'],
  Resource extends ItemResource = ItemResource,
> {
  readonly kind: ItemKind;
  /** One of the kind in names of functions, e.g. `domain`, and several. */
  readonly noun: string;
  readonly plural: string;
  /** Its name in the SDK, and those of its operations. */
  readonly contract: string;
  readonly list: string;
  /** Of the path, the owner's first. */
  readonly paramNames: readonly string[];
  readonly body: Body;
  /** How one is shown. */
  readonly resource: Resource;
  /** Whether putting and deleting are long-running operations. */
  readonly isWatched?: boolean;
  describe(
    body: z.output<Body>,
    before: DescribedItem<Properties> | undefined,
    id: ItemId,
  ): Pick<DescribedItem<Properties>, 'properties' | 'tags'>;
  /** What is made with one, unless it is there. */
  comesWith?(id: ItemId): { readonly id: ItemId; readonly properties: ArmItem['properties'] } | undefined;
  /** Properties as they are shown: those that are kept, and more. */
  show(item: DescribedItem<Properties>, owner: ArmId): AnswerBody<Resource>['properties'];
}

export type Params = Readonly<Record<string, string>>;

/** Names and the like. */
export const Text = z.string().max(256);

type PathWire = Pick<ItemWire<z.ZodType>, 'kind' | 'paramNames'>;

export function itemRoute({ kind, paramNames }: PathWire): string {
  const [ownerParam = '', ...pathParams] = paramNames;
  return [`${inGroup}/${kind.owner}/{${ownerParam}}`, ...segments(kind, pathParams)].join('/');
}

/** The item that a request is about; in a list its own name is empty. */
export function itemIdOf({ kind, paramNames }: PathWire, params: Params) {
  const [ownerParam = '', ...pathParams] = paramNames;
  const owner = checkArmId({
    type: kind.owner,
    subscriptionId: params['subscriptionId'] ?? '',
    resourceGroup: params['resourceGroupName'] ?? '',
    name: params[ownerParam] ?? '',
  });
  return { owner, kind, path: pathParams.map((name) => params[name] ?? '') };
}

/** @param path of the item as it was asked for; its name is shown as it was first written */
export function renderItem(wire: ItemWire<z.ZodType>, owner: ArmId, path: readonly string[], item: ArmItem) {
  const shown = [...path.slice(0, -1), item.name];
  return {
    ...itemHead(owner, wire.kind, shown),
    type: `${provider}/${wire.kind.owner}/${wire.kind.typePath}`,
    systemData: renderAuthorship(item),
    ...(item.tags !== undefined && { location: 'global' as const, tags: item.tags }),
    properties: wire.show(item, owner),
  };
}

/** `domains/{domainName}`, `senderUsernames/{senderUsername}` */
function segments({ typePath }: ItemKind, pathParams: readonly string[]): string[] {
  return typePath.split('/').map((segment, index) => `${segment}/{${pathParams[index] ?? ''}}`);
}
