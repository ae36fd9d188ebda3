// What the log workspace has about somebody, as far as the app can say: nobody looks into it, so it is known since when rows
// about them may be there, and until when. Erasing them has the key of their pseudonym destroyed, or their rows purged.
import type { EraseStep, ExportItem, Located, PersonalIdentifier, Remainder } from '../data-map/index.js';
import { toIso } from '../time/instant.js';
import type { LogKeys } from './log-keys.js';
import type { LogPurges } from './log-purges.js';

export interface WorkspaceLogsParts {
  /** Whether rows go there. */
  readonly isOn: boolean;
  readonly keys: LogKeys;
  readonly purges: LogPurges;
  /** Whether rows may name people raw, by the settings of now. */
  readonly takesRaw: boolean;
  readonly retentionMs: number;
}

export class WorkspaceLogs {
  readonly #parts: WorkspaceLogsParts;

  constructor(parts: WorkspaceLogsParts) {
    this.#parts = parts;
  }

  /** @param now product ms */
  async locate(identifier: PersonalIdentifier, resourceId: string, now: number): Promise<Located> {
    const found = await this.#find(identifier, resourceId);
    return found === undefined
      ? { items: 0 }
      : { items: 1, since: found.since, keptUntil: now + this.#parts.retentionMs };
  }

  async *exportItems(identifier: PersonalIdentifier, resourceId: string, now: number): AsyncGenerator<ExportItem> {
    const found = await this.#find(identifier, resourceId);
    if (found !== undefined) {
      const { pseudonym, since, isRaw } = found;
      const until = now + this.#parts.retentionMs;
      yield {
        record: {
          workspace: 'Rows may be there; whoever runs the service finds them by the column of the person.',
          namedBy: isRaw ? 'your id or address' : 'a pseudonym',
          pseudonym,
          since: toIso(since),
          until: toIso(until),
        },
        keptUntil: until,
      };
    }
  }

  /** The key itself goes with the store of keys, or with the pieces of the account, right after this. */
  async erase(identifier: PersonalIdentifier, resourceId: string): Promise<EraseStep> {
    const found = await this.#find(identifier, resourceId);
    if (found === undefined) {
      return { erased: 0 };
    }
    await this.takeOut(resourceId, identifier, found.isRaw);
    return { erased: 1 };
  }

  /** @param isRaw whether rows name them */
  async takeOut(resourceId: string, identifier: PersonalIdentifier, isRaw: boolean): Promise<void> {
    if (isRaw) {
      // First, so that whoever is stopped here begins with it again.
      await this.#parts.purges.add(resourceId, identifier);
    }
    await this.#parts.keys.destroy(resourceId, identifier);
  }

  /** The same for rows that were written too late. */
  async takeOutLate(resourceId: string, identifier: PersonalIdentifier): Promise<void> {
    const found = await this.#parts.keys.find(resourceId, identifier);
    await this.takeOut(resourceId, identifier, found?.isRaw ?? this.#parts.takesRaw);
  }

  async remains(identifier: PersonalIdentifier, resourceId: string): Promise<Remainder | undefined> {
    const open = await this.#parts.purges.openOf(resourceId, identifier);
    return (
      open && {
        what: 'Rows about the person in the log workspace, until Azure has purged them',
        why: 'Azure purges a workspace in its own time, within thirty days; the workspace keeps no row longer than that.',
        until: open.until,
      }
    );
  }

  async eraseResource(resourceId: string): Promise<EraseStep> {
    const { isOn, takesRaw, purges, keys } = this.#parts;
    if (isOn && (takesRaw || (await keys.hasRaw(resourceId)))) {
      await purges.add(resourceId, undefined);
    }
    return { erased: 0 };
  }

  async #find(identifier: PersonalIdentifier, resourceId: string) {
    return this.#parts.isOn ? this.#parts.keys.find(resourceId, identifier) : undefined;
  }
}
