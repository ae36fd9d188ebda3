// Finds the function that answers a request: one tree of path segments for each method, built once.
// At every segment a literal beats text around a parameter, which beats a parameter, which beats a catch-all; a route
// that does not accept the method is not in the tree, so a less specific one answers.
import { decodeSegment } from './forwarded-path.js';
import type { RouteSegment } from './route-template.js';

export interface RouteMatch<T> {
  readonly target: T;
  /** Names of the parameters and their decoded values, in the order of the path. */
  readonly names: readonly string[];
  readonly values: readonly string[];
}

interface Leaf<T> {
  readonly target: T;
  readonly names: readonly string[];
}

interface MixedBranch<T> {
  readonly prefix: string;
  readonly suffix: string;
  readonly node: Node<T>;
}

class Node<T> {
  readonly literals = new Map<string, Node<T>>();
  readonly mixed: MixedBranch<T>[] = [];
  parameter: Node<T> | undefined;
  catchAll: Leaf<T> | undefined;
  leaf: Leaf<T> | undefined;
}

export class RouteTable<T> {
  readonly #roots = new Map<string, Node<T>>();

  /** @returns the target that already has this route and method, and then nothing is added */
  add(method: string, segments: readonly RouteSegment[], target: T): T | undefined {
    let root = this.#roots.get(method);
    if (root === undefined) {
      root = new Node();
      this.#roots.set(method, root);
    }
    const leaf = { target, names: segments.flatMap((segment) => ('name' in segment ? [segment.name] : [])) };
    let node = root;
    for (const segment of segments) {
      if (segment.kind === 'catch-all') {
        const taken = node.catchAll?.target;
        node.catchAll ??= leaf;
        return taken;
      }
      node = descend(node, segment);
    }
    const taken = node.leaf?.target;
    node.leaf ??= leaf;
    return taken;
  }

  /** @param path as sent, beginning with `/`, without query */
  match(method: string, path: string): RouteMatch<T> | undefined {
    const root = this.#roots.get(method);
    if (root === undefined) {
      return undefined;
    }
    const end = path.length > 1 && path.endsWith('/') ? path.length - 1 : path.length;
    const segments = end === 1 ? [] : path.slice(1, end).split('/');
    if (path.includes('%')) {
      for (const [index, segment] of segments.entries()) {
        segments[index] = decodeSegment(segment);
      }
    }
    const values: string[] = [];
    const leaf = find(root, segments, 0, values);
    return leaf && { target: leaf.target, names: leaf.names, values };
  }
}

function descend<T>(node: Node<T>, segment: Exclude<RouteSegment, { kind: 'catch-all' }>): Node<T> {
  if (segment.kind === 'literal') {
    const next = node.literals.get(segment.text) ?? new Node<T>();
    node.literals.set(segment.text, next);
    return next;
  }
  if (segment.kind === 'parameter') {
    node.parameter ??= new Node();
    return node.parameter;
  }
  const { prefix, suffix } = segment;
  const known = node.mixed.find((branch) => branch.prefix === prefix && branch.suffix === suffix);
  if (known !== undefined) {
    return known.node;
  }
  const branch = { prefix, suffix, node: new Node<T>() };
  node.mixed.push(branch);
  return branch.node;
}

/** Fills `values` with what the parameters on the way to the returned leaf stand for. */
function find<T>(node: Node<T>, segments: readonly string[], index: number, values: string[]): Leaf<T> | undefined {
  const segment = segments[index];
  if (segment === undefined) {
    return node.leaf ?? node.catchAll;
  }
  const depth = values.length;
  const lower = node.literals.size + node.mixed.length > 0 ? segment.toLowerCase() : segment;
  const literal = node.literals.get(lower);
  let leaf = literal && find(literal, segments, index + 1, values);
  if (leaf !== undefined) {
    return leaf;
  }
  for (const { prefix, suffix, node: next } of node.mixed) {
    const valueEnd = segment.length - suffix.length;
    if (valueEnd > prefix.length && lower.startsWith(prefix) && lower.endsWith(suffix)) {
      values.length = depth;
      values.push(segment.slice(prefix.length, valueEnd));
      leaf = find(next, segments, index + 1, values);
      if (leaf !== undefined) {
        return leaf;
      }
    }
  }
  values.length = depth;
  if (node.parameter !== undefined && segment !== '') {
    values.push(segment);
    leaf = find(node.parameter, segments, index + 1, values);
    if (leaf !== undefined) {
      return leaf;
    }
    values.length = depth;
  }
  if (node.catchAll !== undefined) {
    values.push(segments.slice(index).join('/'));
  }
  return node.catchAll;
}
