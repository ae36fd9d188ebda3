// What requests hold of what all of them share: memory for their bodies and answers, streams and walks under way. Everything
// is waited for within the time of the request, and given back when it is answered or its client has gone.
import { Readable } from 'node:stream';
import type { Caller } from '../auth/index.js';
import { Capacity, figure, type GiveBack, type Holder, type Patience } from '../budgets/index.js';
import type { Resource } from '../geography/index.js';
import { type ApiRequest, type ApiResponse, declaredLength, Fault, faults, StreamedBody } from '../http/index.js';
import type { Clock } from '../time/clock.js';
import { type Budget, Limiter, perUser, rateLimits } from './limits/index.js';
import type { AnyInput, Operation } from './operation.js';

/** Not a profile: these are in force whatever the rates of operations are. */
const streamRates = rateLimits('streams', {
  upload: [perUser(figure('uploadsPerMinute'), '1m')],
  download: [perUser(figure('downloadsPerMinute'), '1m')],
});

/** One for a process. */
export class Shares {
  readonly bodies = new Capacity({
    total: figure('bodiesTotal'),
    perCaller: figure('bodiesPerCaller'),
    perResource: figure('bodiesPerResource'),
  });
  readonly explained = new Capacity({ total: figure('bodiesExplained') });
  readonly answers = new Capacity({
    total: figure('answersTotal'),
    perCaller: figure('answersPerCaller'),
    perResource: figure('answersPerResource'),
  });
  readonly uploads = new Capacity({
    total: figure('uploads'),
    perCaller: figure('uploadsPerCaller'),
    perResource: figure('uploadsPerResource'),
  });
  readonly downloads = new Capacity({
    total: figure('downloads'),
    perCaller: figure('downloadsPerCaller'),
    perResource: figure('downloadsPerResource'),
  });
  readonly walks = new Capacity({ total: figure('walks'), perResource: figure('walksPerResource') });
  readonly users = new Capacity({
    total: Number.POSITIVE_INFINITY,
    perCaller: figure('requestsPerUser'),
    maxWaiting: Number.POSITIVE_INFINITY,
    maxWaitingPerCaller: figure('requestsWaitingPerUser'),
  });
  readonly rates: Limiter;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.rates = new Limiter(clock, new Map(Object.values(streamRates).map((each) => [each.name, each.rates])));
  }
}

export interface SharingRequest {
  readonly request: ApiRequest;
  /** Where it came from, for as long as nobody has proved who they are. */
  readonly address: string;
  /** Ms until nobody waits any more. */
  leftMs(): number;
}

/** What one request holds. */
export class RequestShares {
  readonly #shares: Shares;
  readonly #sharing: SharingRequest;
  readonly #held: GiveBack[] = [];

  constructor(shares: Shares, sharing: SharingRequest) {
    this.#shares = shares;
    this.#sharing = sharing;
  }

  /** @throws {Fault} 413 by the length that is declared, before anything is read or waited for; those of `readBody` */
  async readBody(maxBytes: number, resource: Resource | undefined): Promise<Buffer> {
    const { request, address, leftMs } = this.#sharing;
    const bytes = announcedBytes(request, maxBytes);
    if (bytes > 0) {
      const holder = { caller: address, resource: resource?.immutableId ?? '' };
      this.#held.push(await this.#shares.bodies.take(bytes, holder, this.#patience));
    }
    return await request.readBody(maxBytes, leftMs());
  }

  /** Of a request that is refused anyway: only when there is room for it now. */
  async readToExplain(maxBytes: number): Promise<Buffer | undefined> {
    const { request, address, leftMs } = this.#sharing;
    const room = this.#shares.explained.tryTake(announcedBytes(request, maxBytes), { caller: address, resource: '' });
    if (room === undefined) {
      return undefined;
    }
    this.#held.push(room);
    return await request.readBody(maxBytes, leftMs());
  }

  /** As soon as it is known who asks: a user who asks for much at once is answered in turn, others meanwhile. */
  async beginFor(caller: Caller): Promise<void> {
    if (caller?.kind === 'user') {
      this.#held.push(await this.#shares.users.take(1, { caller: caller.rawId, resource: '' }, this.#patience));
    }
  }

  /**
   * Before the handler: its turn, where it moves a stream or walks through everything.
   *
   * @throws {Fault} 429, 503
   */
  async begin(operation: Operation, input: AnyInput, caller: Caller): Promise<void> {
    const { resource } = input;
    const { uploads, downloads, walks } = this.#shares;
    const holder = this.#holder(caller, resource);
    if (operation.walks(input)) {
      this.#held.push(await walks.take(1, holder, this.#patience));
    }
    if (operation.body === StreamedBody) {
      this.#countIn(streamRates.upload, caller, resource);
      this.#held.push(await uploads.take(1, holder, this.#patience));
    }
    if (operation.isDownload) {
      this.#countIn(streamRates.download, caller, resource);
      this.#held.push(await downloads.take(1, holder, this.#patience));
    }
  }

  /**
   * The answer, which keeps its share until it has been sent when it is a stream. A large one becomes a stream.
   *
   * @throws {Fault} 429, 503 when too much waits to be sent already
   */
  async answered(answer: ApiResponse, caller: Caller, resource: Resource | undefined): Promise<ApiResponse> {
    const { body } = answer;
    if (body instanceof Readable) {
      const held = this.#held.splice(0);
      body.once('close', () => giveBackAll(held));
      return answer;
    }
    if (typeof body !== 'string' || Buffer.byteLength(body) <= figure('answerPiece')) {
      return answer;
    }
    const bytes = Buffer.from(body);
    const holder = this.#holder(caller, resource);
    const giveBack = await this.#shares.answers.take(bytes.byteLength, holder, { ms: 0 });
    const content = Readable.from(piecesOf(bytes), { objectMode: false });
    content.once('close', giveBack);
    const headers = { ...answer.headers, 'content-length': String(bytes.byteLength) };
    return { status: answer.status, headers, body: content };
  }

  /** Everything that no answer holds. */
  giveBack(): void {
    giveBackAll(this.#held.splice(0));
  }

  get #patience(): Patience {
    const { request, leftMs } = this.#sharing;
    return { ms: leftMs(), signal: () => request.hungUp };
  }

  #holder(caller: Caller, resource: Resource | undefined): Holder {
    return { caller: keyOf(caller, resource) ?? this.#sharing.address, resource: resource?.immutableId ?? '' };
  }

  #countIn(rate: Budget, caller: Caller, resource: Resource | undefined): void {
    this.#shares.rates.admit(rate, { resource, caller, params: {} });
  }
}

/** What the body will be at most: what it declares, or if it does not, all that is read of it. */
function announcedBytes(request: ApiRequest, maxBytes: number): number {
  const bytes = declaredLength(request) ?? maxBytes;
  if (bytes > maxBytes) {
    throw new Fault(faults.bodyTooLarge);
  }
  return bytes;
}

/** Holds ids of persons: for keys in memory, never for a log. A key and a secret are those of one resource. */
function keyOf(caller: Caller, resource: Resource | undefined): string | undefined {
  const at = resource?.immutableId ?? '';
  switch (caller?.kind) {
    case undefined:
      return undefined;
    case 'user':
      return caller.rawId;
    case 'entraUser':
      return caller.objectId;
    case 'owner':
      return caller.subject ?? `${at} ${caller.keySlot}`;
    case 'manager':
      return caller.subject;
    case 'webhook':
      return caller.subject ?? `${at} ${caller.from}`;
    case 'call':
      return caller.holder ?? caller.callId;
  }
}

function* piecesOf(bytes: Buffer): Generator<Buffer> {
  const size = figure('answerPiece');
  for (let at = 0; at < bytes.byteLength; at += size) {
    yield bytes.subarray(at, at + size);
  }
}

function giveBackAll(held: readonly GiveBack[]): void {
  for (const each of held) {
    each();
  }
}
