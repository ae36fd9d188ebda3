// A rule of a public catalogue as a row: what it wants, what we do, and how one sees it on the recorded resources.
import { at } from '../../policies/read-props.js';
import type { RecordedResource } from '../../render/recorded-resource.js';

export type Verdict =
  /** Kept to in every profile. */
  | 'pass'
  /** Kept to in the private profile; in the public one it is an exception. */
  | 'pass when private'
  /** Not kept to, on purpose. */
  | 'exception'
  /** About a kind of resource that no stack has. */
  | 'absent';

type Resources = readonly RecordedResource[];

export interface RuleRow {
  readonly id: string;
  readonly wants: string;
  readonly verdict: Verdict;
  /** Why an exception is one, or what is there instead; empty for a pass. */
  readonly why: string;
  /** Which stack has the resources. */
  readonly stack: 'geography' | 'global';
  /** Whether the rule is kept to. */
  holds(resources: Resources): boolean;
  /** The resources so changed that the opposite is true. */
  opposite(resources: Resources): Resources;
}

interface Property {
  readonly type: string;
  readonly path: string;
  /** A value that keeps to the rule, or a test for it. */
  readonly good: unknown;
  /** One that does not. */
  readonly bad?: unknown;
}

const isGood = (good: unknown, value: unknown) =>
  typeof good === 'function'
    ? (good as (value: unknown) => boolean)(value)
    : JSON.stringify(value) === JSON.stringify(good);

function property({ type, path, good }: Property) {
  return (resources: Resources) => {
    const found = resources.filter((each) => each.type === `azure-native:${type}`);
    return found.length > 0 && found.every(({ inputs }) => isGood(good, at(inputs, path)));
  };
}

export function setAll(resources: Resources, type: string, path: string, value: unknown): Resources {
  return resources.map((resource) => {
    if (resource.type !== `azure-native:${type}`) {
      return resource;
    }
    const inputs = structuredClone(resource.inputs) as Record<string, unknown>;
    const names = path.split('.');
    const last = names.pop() ?? '';
    let parent = inputs;
    for (const name of names) {
      parent = (parent[name] ??= {}) as Record<string, unknown>;
    }
    if (value === undefined) {
      delete parent[last];
    } else {
      parent[last] = value;
    }
    return { ...resource, inputs };
  });
}

/** Kept to: a property of every resource of a type is good. */
export function pass(id: string, wants: string, what: Property & { readonly bad: unknown }): RuleRow {
  const opposite = (resources: Resources) => setAll(resources, what.type, what.path, what.bad);
  return { id, wants, verdict: 'pass', why: '', stack: stackOf(what.type), holds: property(what), opposite };
}

export function passWhenPrivate(
  id: string,
  wants: string,
  what: Property & { readonly bad: unknown },
  why: string,
): RuleRow {
  return { ...pass(id, wants, what), verdict: 'pass when private', why };
}

/** Not kept to: `compliant` is what the rule would have. */
export function exception(
  id: string,
  wants: string,
  what: Omit<Property, 'bad'> & { readonly compliant?: unknown },
  why: string,
): RuleRow {
  const compliant = 'compliant' in what ? what.compliant : what.good;
  const opposite = (resources: Resources) => setAll(resources, what.type, what.path, compliant);
  return { id, wants, verdict: 'exception', why, stack: stackOf(what.type), holds: property(what), opposite };
}

interface Kind {
  readonly type: string;
  /** Recognises the resource among others of its type. */
  readonly is?: (inputs: Readonly<Record<string, unknown>>) => boolean;
  /** What one would look like. */
  readonly example?: Readonly<Record<string, unknown>>;
  readonly stack?: 'geography' | 'global';
}

const has =
  ({ type, is = () => true }: Kind) =>
  (resources: Resources) =>
    resources.some((each) => each.type === `azure-native:${type}` && is(each.inputs));

const adding =
  ({ type, example = {} }: Kind) =>
  (resources: Resources): Resources => [
    ...resources,
    { type: `azure-native:${type}`, name: 'added', inputs: example, dependsOn: [], protect: false },
  ];

/** Not kept to: it wants a resource that we do not make. */
export function lacking(id: string, wants: string, kind: Kind, why: string): RuleRow {
  const stack = kind.stack ?? 'geography';
  return { id, wants, verdict: 'exception', why, stack, holds: has(kind), opposite: adding(kind) };
}

/** There is nothing that it could be about. */
export function absent(id: string, wants: string, kind: Kind, why: string): RuleRow {
  const isThere = has(kind);
  const stack = kind.stack ?? 'geography';
  return { id, wants, verdict: 'absent', why, stack, holds: (all) => !isThere(all), opposite: adding(kind) };
}

function stackOf(type: string): RuleRow['stack'] {
  return type.startsWith('cdn:') ? 'global' : 'geography';
}
