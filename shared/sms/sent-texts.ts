// Texts that were sent: what was answered, so that nothing is sent twice; how each stands; and until its report is final whom
// it was to, which opens only with its guid. What it says lies in the outbox alone, and goes with the hand-over.
import { BoundedCache } from '../auth/index.js';
import type { EraseStep } from '../data-map/index.js';
import {
  type Columns,
  type DueIndex,
  eraseInShards,
  StorageConflict,
  type Stored,
  type Table,
  type TableAction,
  TransactionGroups,
} from '../storage/index.js';
import { isLost } from './is-lost.js';
import type { ArrivedTexts } from './arrived-texts.js';
import { textHash } from './text-hash.js';
import type { TextReferences } from './text-references.js';
import {
  dropTextKind,
  pointerKey,
  rangeOfPointers,
  type SentText,
  shardName,
  shardOfHash,
  type StoredText,
  textKey,
  textShards,
  toText,
  toTextRow,
} from './text-rows.js';

const maxTries = 8;
const maxRemembered = 10_000;
const erasePage = 100;

export interface SentTextsParts {
  readonly table: Table;
  readonly due: DueIndex;
  readonly references: TextReferences;
  readonly arrived: Pick<ArrivedTexts, 'drop'>;
  /** For keyed hashes of guids and numbers. */
  readonly key: Buffer;
}

export class SentTexts {
  readonly #parts: SentTextsParts;
  readonly #groups: TransactionGroups;
  /** Texts that this process has accepted a moment ago, as they were noted then, by hash: for what comes next. */
  readonly #accepted = new BoundedCache<StoredText>(maxRemembered);
  /** Of texts that this process is accepting, by hash and claim: whether they are its own to hand over. */
  readonly #accepting = new Map<string, Promise<boolean>>();

  constructor(parts: SentTextsParts) {
    this.#parts = parts;
    this.#groups = new TransactionGroups(parts.table);
  }

  hashOf(guid: string): string {
    return this.#hash('text', guid);
  }

  /** Of a number, in one resource. */
  hashOfNumber(resourceId: string, number: string): string {
    return this.#hash('who', resourceId, number);
  }

  /** @returns the text as it was written now, or as it is there already */
  async begin(text: SentText): Promise<StoredText> {
    const { hash, keptUntil } = text;
    await this.#parts.due.addInTurn({ kind: dropTextKind, id: `t~${hash}`, dueMs: keptUntil });
    try {
      const [etag = ''] = await this.#groups.transaction(shardOfHash(hash), [
        { kind: 'insert', row: toTextRow(text) },
        { kind: 'insert', row: this.#pointerOf(text) },
      ]);
      return { ...text, etag };
    } catch (error) {
      if (!(error instanceof StorageConflict)) {
        throw error;
      }
    }
    const found = await this.findHash(hash);
    if (found === undefined) {
      throw new StorageConflict('A text came and went meanwhile.', { code: 'Conflict' });
    }
    return found;
  }

  async findHash(hash: string): Promise<StoredText | undefined> {
    const row = await this.#parts.table.get<Columns>(shardOfHash(hash), textKey(hash));
    return row && toText(row);
  }

  /** As it was when this process accepted it, where it knows that still and is not asked again; for a change of it. */
  async findAccepted(guid: string): Promise<StoredText | undefined> {
    const hash = this.hashOf(guid);
    const known = this.#accepted.get(hash);
    this.#accepted.delete(hash);
    return known ?? this.findHash(hash);
  }

  find(guid: string): Promise<StoredText | undefined> {
    return this.findHash(this.hashOf(guid));
  }

  /**
   * Takes an acceptance over that somebody has left, or died in when it had taken its pointer back.
   *
   * @returns undefined when another was quicker
   */
  async takeOver(text: StoredText, claim: Pick<SentText, 'claim' | 'claimedMs'>): Promise<StoredText | undefined> {
    const partitionKey = shardOfHash(text.hash);
    const row = { partitionKey, rowKey: textKey(text.hash), ...claim };
    const actions: TableAction[] = [{ kind: 'update', row, etag: text.etag, mode: 'merge' }];
    if (text.who !== '') {
      actions.push({ kind: 'upsert', row: this.#pointerOf(text), mode: 'replace' });
    }
    try {
      const [etag = ''] = await this.#parts.table.transaction(partitionKey, actions);
      return { ...text, ...claim, etag };
    } catch (error) {
      if (isLost(error)) {
        return undefined;
      }
      throw error;
    }
  }

  /**
   * Accepts a text, and notes that it lies in the outbox. Nothing is handed over before that is noted, or by whom it was
   * taken over: see {@link isStillOf}.
   *
   * @returns whether nobody has taken it over meanwhile
   */
  async start(text: StoredText, accept: () => Promise<void>): Promise<boolean> {
    const key = `${text.hash}~${text.claim}`;
    const started = accept().then(() => this.#note(text.hash, text.claim, text));
    this.#accepting.set(key, started);
    try {
      return await started;
    } finally {
      this.#accepting.delete(key);
    }
  }

  /**
   * Whether a text may be handed over by whoever has this claim. From then on nobody takes it over, so of several who have
   * put it into the outbox one alone hands it over.
   */
  async isStillOf(hash: string, claim: string): Promise<boolean> {
    if (this.#accepted.get(hash)?.claim === claim) {
      return true;
    }
    const started = this.#accepting.get(`${hash}~${claim}`);
    const isOwn = await started?.catch(() => undefined);
    return isOwn ?? this.#note(hash, claim);
  }

  async #note(hash: string, claim: string, known?: StoredText): Promise<boolean> {
    for (let tries = 0; tries < maxTries; tries++) {
      const found = tries === 0 && known !== undefined ? known : await this.findHash(hash);
      if (found === undefined || found.claim !== claim) {
        return false;
      }
      const etag = found.isAccepted ? found.etag : await this.#update(found, { isAccepted: true });
      if (etag !== undefined) {
        this.#accepted.set(hash, { ...found, isAccepted: true, etag });
        return true;
      }
    }
    throw new Error('A text changed too often to change it.');
  }

  /** @returns its new ETag; undefined when somebody else was quicker */
  async #update({ hash, etag }: StoredText, columns: Partial<SentText>): Promise<string | undefined> {
    const partitionKey = shardOfHash(hash);
    const row = { partitionKey, rowKey: textKey(hash), ...(columns as Record<string, string>) };
    const action: TableAction = { kind: 'update', row, etag, mode: 'merge' };
    try {
      const [changed] = await this.#groups.transaction(partitionKey, [action], async () => [
        await this.#parts.table.update(row, etag, 'merge'),
      ]);
      return changed ?? '';
    } catch (error) {
      if (isLost(error)) {
        return undefined;
      }
      throw error;
    }
  }

  /**
   * Takes back what was begun, as if nobody had asked; nothing of it lies in the outbox. What somebody else has taken over
   * meanwhile stays theirs. The pointer goes first: it would lead to nothing, and nothing to it.
   */
  async withdraw({ hash, who, etag }: StoredText): Promise<void> {
    const { table } = this.#parts;
    const partitionKey = shardOfHash(hash);
    const row = { partitionKey, rowKey: textKey(hash), claimedMs: 0 };
    const actions: TableAction[] = [{ kind: 'update', row, etag, mode: 'merge' }];
    if (who !== '') {
      actions.push({ kind: 'remove', rowKey: pointerKey(who, hash) });
    }
    try {
      const [changed = ''] = await table.transaction(partitionKey, actions);
      await table.remove(partitionKey, row.rowKey, changed);
    } catch (error) {
      if (!isLost(error)) {
        throw error;
      }
    }
  }

  /**
   * @param change of the text as it is now; undefined to leave it. What has no recipient any more loses its pointer and what
   *   leads to it in the same step
   * @param known as it was read a moment ago
   */
  async change(
    hash: string,
    change: (text: StoredText) => Partial<SentText> | undefined,
    known?: StoredText,
  ): Promise<void> {
    for (let tries = 0; tries < maxTries; tries++) {
      const found = tries === 0 && known !== undefined ? known : await this.findHash(hash);
      const changed = found && change(found);
      if (found === undefined || changed === undefined) {
        return;
      }
      const { etag, ...text } = found;
      const next: SentText = { ...text, ...changed };
      const actions: TableAction[] = [{ kind: 'update', row: toTextRow(next), etag, mode: 'replace' }];
      if (text.who !== '' && next.who === '') {
        actions.push({ kind: 'remove', rowKey: pointerKey(text.who, hash) });
      }
      try {
        await this.#groups.transaction(shardOfHash(hash), actions);
      } catch (error) {
        if (isLost(error)) {
          continue;
        }
        throw error;
      }
      if (next.who === '') {
        await this.#parts.references.remove(next.references, next);
      }
      return;
    }
    throw new Error('A text changed too often to change it.');
  }

  /**
   * Keeps by what the carrier calls the parts of a text which one it is. To be called when the text says so too, by which
   * they go with whom it was to. Doing it again changes nothing.
   *
   * @param now product ms
   */
  async refer(references: readonly string[], guid: string, text: SentText, now: number): Promise<void> {
    if (references.length === 0) {
      return;
    }
    await this.#parts.references.add(references, guid, text, now);
    // Its report may have come meanwhile, or its time: what it says of them has gone with it then.
    const after = await this.findHash(text.hash);
    if (after === undefined || after.who === '') {
      const hashes = references.map((reference) => this.#parts.references.hashOf(reference));
      await this.#parts.references.remove(hashes, text);
    }
  }

  /** Texts to a number; none for an empty one. */
  async *to(
    resourceId: string,
    number: string,
  ): AsyncGenerator<{ readonly createdOn: number; readonly keptUntil: number }> {
    for await (const row of this.#pointersTo(resourceId, number)) {
      yield { createdOn: Number(row['createdOn']), keptUntil: Number(row['keptUntil']) };
    }
  }

  /** Takes a person out of the texts to a number: that they were sent is still known, and to nobody. */
  async forget(resourceId: string, number: string): Promise<EraseStep> {
    let erased = 0;
    for await (const { partitionKey, rowKey } of this.#pointersTo(resourceId, number)) {
      const hash = rowKey.slice(rowKey.lastIndexOf('!') + 1);
      await this.change(hash, ({ who }) => (who === '' ? undefined : nobody));
      // It went with the change, unless the text was gone.
      await this.#parts.table.remove(partitionKey, rowKey);
      erased += 1;
      if (erased === erasePage) {
        return { erased, cursor: 'more' };
      }
    }
    return { erased };
  }

  /** Due work: the time of a text never changes. */
  async drop(dueId: string): Promise<boolean> {
    const [kind, hash = ''] = dueId.split('~');
    if (kind === 'i') {
      await this.#parts.arrived.drop(hash);
      return true;
    }
    const text = await this.findHash(hash);
    if (text !== undefined) {
      await this.#parts.references.remove(text.references, text);
      const keys = [textKey(hash), ...(text.who === '' ? [] : [pointerKey(text.who, hash)])];
      await this.#parts.table.removeAll(shardOfHash(hash), keys);
    }
    return true;
  }

  removeAllOf(resourceId: string, cursor: string | undefined): Promise<EraseStep> {
    return eraseInShards(textShards, cursor, async (shard) => {
      const partition = shardName(shard);
      let erased = 0;
      for await (const rows of this.#parts.table.pages<Columns>({ partition, select: ['resource'] })) {
        const own = rows.filter((row) => row['resource'] === resourceId).map(({ rowKey }) => rowKey);
        await this.#parts.table.removeAll(partition, own);
        erased += own.length;
      }
      return { erased };
    });
  }

  async *#pointersTo(resourceId: string, number: string): AsyncGenerator<Stored<Columns>> {
    if (number === '') {
      return;
    }
    const range = rangeOfPointers(this.hashOfNumber(resourceId, number));
    for (let shard = 0; shard < textShards; shard++) {
      yield* this.#parts.table.rows<Columns>({ partition: shardName(shard), ...range });
    }
  }

  #pointerOf({ hash, who, resourceId, createdOn, keptUntil }: SentText) {
    return {
      partitionKey: shardOfHash(hash),
      rowKey: pointerKey(who, hash),
      resource: resourceId,
      createdOn,
      keptUntil,
    };
  }

  #hash(...parts: string[]): string {
    return textHash(this.#parts.key, ...parts);
  }
}

/** What is left of a text that is to nobody: nothing leads to it any more. */
export const nobody = { sealed: '', who: '', timeoutSeal: '' } as const;
