// Plays Azure Resource Manager: keeps what was put, refuses what cannot be there yet or any more, and waits or fails when a
// test says so.
import { ArmError } from './arm-error.js';
import { refuseByLook } from './arm-rules.js';

export interface Kept {
  readonly id: string;
  /** As `azure-native:storage:StorageAccount`. */
  readonly type: string;
  /** Within the stack. */
  readonly name: string;
  /** As the provider was handed them, with the marks of secrets. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

type Method = 'PUT' | 'DELETE';

export interface Hold {
  /** Resolves when Azure has the call. */
  readonly reached: Promise<void>;
  release(): void;
}

interface Fault {
  readonly method: Method;
  readonly name: string;
  /** Whether Azure has done what it was asked when this comes. */
  readonly when: 'before' | 'after';
  happen(): Promise<void> | void;
}

const locks = 'azure-native:authorization:ManagementLockByScope';
const roles = 'azure-native:authorization:RoleAssignment';
const group = 'azure-native:resources:ResourceGroup';
/** Parts of a service that are there as soon as it is. */
const builtIn = /\/(blobServices|queueServices|tableServices|fileServices)\/default$/i;

export class PlayedAzure {
  readonly #kept = new Map<string, Kept>();
  #faults: Fault[] = [];
  /** `PUT name`, in the order in which they came; a refused one too. */
  calls: string[] = [];

  all(): readonly Kept[] {
    return [...this.#kept.values()];
  }

  find(id: string): Kept | undefined {
    return this.#kept.get(id.toLowerCase());
  }

  /** @throws {ArmError} */
  async put(resource: Kept): Promise<void> {
    await this.#call('PUT', resource.name, () => {
      refuseByLook(resource.type, resource.inputs);
      this.#refuseWithout(resource);
      const before = this.find(resource.id);
      if (before !== undefined && before.inputs['location'] !== resource.inputs['location']) {
        throw new ArmError(409, 'InvalidResourceLocation', `${resource.name} already exists in another location.`);
      }
      this.#kept.set(resource.id.toLowerCase(), resource);
    });
  }

  /** What is not there is deleted. @throws {ArmError} */
  async delete(id: string): Promise<void> {
    const { name, type } = this.find(id) ?? { name: id, type: '' };
    await this.#call('DELETE', name, () => {
      const lock = type === locks ? undefined : this.all().find((each) => each.type === locks && covers(each, id));
      if (lock !== undefined) {
        throw new ArmError(
          409,
          'ScopeLocked',
          `${name} cannot be deleted: ${lock.id} is on it. Remove the lock first.`,
        );
      }
      for (const each of this.all()) {
        if (`${each.id}/`.toLowerCase().startsWith(`${id}/`.toLowerCase())) {
          this.#kept.delete(each.id.toLowerCase());
        }
      }
    });
  }

  /** Somebody clicks. @param name within the stack */
  change(name: string, changed: Readonly<Record<string, unknown>>): void {
    const found = this.#named(name);
    this.#kept.set(found.id.toLowerCase(), { ...found, inputs: { ...found.inputs, ...changed } });
  }

  /** Somebody deletes it elsewhere. @param name within the stack */
  lose(name: string): void {
    this.#kept.delete(this.#named(name).id.toLowerCase());
  }

  /** The next such call is refused. */
  refuse(method: Method, name: string, error: ArmError): void {
    this.#faults.push({
      method,
      name,
      when: 'before',
      happen: () => {
        throw error;
      },
    });
  }

  /** The next such call is done, and not answered until it is released. */
  hold(method: Method, name: string): Hold {
    const reached = opening();
    const released = opening();
    this.#faults.push({
      method,
      name,
      when: 'after',
      happen: () => {
        reached.open();
        return released.opened;
      },
    });
    return { reached: reached.opened, release: released.open };
  }

  async #call(method: Method, name: string, act: () => void): Promise<void> {
    this.calls.push(`${method} ${name}`);
    const fault = this.#faults.find((each) => each.method === method && each.name === name);
    this.#faults = this.#faults.filter((each) => each !== fault);
    if (fault?.when === 'before') {
      await fault.happen();
    }
    act();
    if (fault?.when === 'after') {
      await fault.happen();
    }
  }

  #named(name: string): Kept {
    const found = this.all().find((each) => each.name === name);
    if (found === undefined) {
      throw new Error(`Azure has no ${name}.`);
    }
    return found;
  }

  /** Nothing is made in, on or for what is not there. */
  #refuseWithout({ id, type, name, inputs }: Kept): void {
    const owner = ownerOf(id);
    if (type !== group && owner !== undefined && !this.#isThere(owner)) {
      throw new ArmError(404, 'ParentResourceNotFound', `${name} cannot be made: ${owner} is not there.`);
    }
    for (const other of idsIn(type === roles ? { scope: inputs['scope'] } : inputs)) {
      if (other.toLowerCase() !== id.toLowerCase() && !this.#isThere(other)) {
        throw new ArmError(404, 'LinkedResourceNotFound', `${name} names ${other}, which is not there.`);
      }
    }
  }

  /** What is of another group than the stack's own is somebody else's, and taken to be there. */
  #isThere(id: string): boolean {
    if (this.find(id) !== undefined || !this.#isOurs(id)) {
      return true;
    }
    const owner = builtIn.test(id) || /\/subnets\/[^/]+$/i.test(id) ? ownerOf(id) : undefined;
    return owner !== undefined && this.find(owner) !== undefined;
  }

  #isOurs(id: string): boolean {
    const [groupId] = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+/i.exec(id) ?? [];
    return groupId !== undefined && !/\/resourceGroups\/certificates$/i.test(groupId);
  }
}

function opening(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

/** What a resource lies in, or what it is an extension of. */
function ownerOf(id: string): string | undefined {
  const [, scope = '', path = ''] = /^(.*)\/providers\/(.+)$/i.exec(id) ?? [];
  const [namespace, ...steps] = path.split('/');
  if (steps.length > 2) {
    return `${scope}/providers/${namespace}/${steps.slice(0, -2).join('/')}`;
  }
  return scope === '' ? undefined : scope;
}

function covers({ id }: Kept, locked: string): boolean {
  const scope = id.replace(/\/providers\/Microsoft\.Authorization\/locks\/.*$/i, '');
  return `${locked}/`.toLowerCase().startsWith(`${scope}/`.toLowerCase());
}

function idsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') {
    return /^\/subscriptions\/[^/]+\/resourceGroups\/[^/\s]+(\/[^\s]*)?$/.test(value) ? [value] : [];
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(idsIn) : [];
}
