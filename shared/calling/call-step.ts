// One step of a call: what is decided together is written together, in one transaction: how the call stands then, what the
// media plane is told, what applications and followers are told. Whoever takes a step sees no storage.
import type { Ids } from '../time/ids.js';
import { type CallEvent, type CallEventType } from './call-event.js';
import type { CallNews } from './call-news.js';
import { callFaults } from './faults.js';
import { Fault } from '../http/index.js';
import { maxPending, maxTasks } from './limits.js';
import type { MediaEvent, TimedMediaEvent } from './media-events.js';
import type { MediaCommand, MediaOrder } from './media-orders.js';
import type { Call, CallTask, Connection, Participant, Pending } from './model.js';
import { type ResultInformation, results } from './results.js';

export interface RaiseOptions {
  readonly context?: string | undefined;
  /** In place of the address of the connection. */
  readonly to?: string | undefined;
  readonly result?: ResultInformation | undefined;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly about?: readonly string[];
}

export class CallStep {
  readonly now: number;
  readonly ids: Ids;
  /** Told to the media plane in this step. */
  readonly commands: MediaCommand[] = [];
  /** In this step. */
  readonly happened: MediaEvent[] = [];
  #call: Call;

  constructor(call: Call, now: number, ids: Ids) {
    this.#call = call;
    this.now = now;
    this.ids = ids;
  }

  get call(): Call {
    return this.#call;
  }

  set(changed: Partial<Call>): void {
    this.#call = { ...this.#call, ...changed };
  }

  replace(call: Call): void {
    this.#call = call;
  }

  /** @throws {Fault} 404 when the call has no such connection (any more) */
  connection(id: string): Connection {
    const found = this.#call.connections.find((each) => each.id === id);
    if (found === undefined) {
      throw new Fault(callFaults.notFound);
    }
    return found;
  }

  setConnection(id: string, changed: Partial<Connection>): void {
    this.set({
      connections: this.#call.connections.map((each) => (each.id === id ? { ...each, ...changed } : each)),
    });
  }

  participant(rawId: string): Participant | undefined {
    return this.#call.participants.find((each) => each.rawId === rawId);
  }

  setParticipant(rawId: string, changed: Partial<Participant>): void {
    this.set({
      participants: this.#call.participants.map((each) => (each.rawId === rawId ? { ...each, ...changed } : each)),
    });
  }

  get present(): readonly Participant[] {
    return this.#call.participants.filter(({ state }) => state === 'in');
  }

  begin(task: CallTask): void {
    if (this.#call.tasks.length >= maxTasks) {
      throw new Fault(callFaults.tooMuch);
    }
    this.set({ tasks: [...this.#call.tasks, task] });
  }

  /** @returns the task, which is over now; undefined when it was over before */
  finish(id: string): CallTask | undefined {
    const found = this.#call.tasks.find((each) => each.id === id);
    if (found !== undefined) {
      this.set({ tasks: this.#call.tasks.filter((each) => each !== found) });
    }
    return found;
  }

  order(order: MediaOrder): void {
    const command: MediaCommand = { id: this.ids.uuid(), at: this.now, ...order };
    this.commands.push(command);
    this.set({ orders: [...this.#call.orders, command] });
  }

  /** Something will happen by itself, whatever the media plane says. */
  foresee(...more: readonly TimedMediaEvent[]): void {
    if (more.length === 0) {
      return;
    }
    const replaced = new Set(more.flatMap(({ event }) => resultOfTask(event) ?? []));
    const kept = this.#call.foreseen.filter(({ event }) => !replaced.has(resultOfTask(event) ?? ''));
    // Stable: what happens at one moment happens in the order in which it was foreseen.
    this.set({ foreseen: [...kept, ...more].sort((one, other) => one.at - other.at) });
  }

  /** Tells one application. */
  raise({ id, callbackUri, apiVersion, context }: Connection, type: CallEventType, options: RaiseOptions = {}): void {
    const { to = callbackUri, result, data = {}, about = [] } = options;
    const own = 'context' in options ? options.context : context;
    const event: CallEvent = {
      id: this.ids.uuid(),
      type,
      connection: id,
      to,
      time: this.now,
      apiVersion,
      ...(own !== undefined && { context: own }),
      ...(result !== undefined && { result }),
      data,
      about,
    };
    this.#push({ kind: 'event', event });
  }

  /** Tells the application that has asked for something what came of it. */
  raiseFor(
    task: Pick<CallTask, 'connection' | 'context' | 'callbackUri'>,
    type: CallEventType,
    result: ResultInformation,
    more: Pick<RaiseOptions, 'data' | 'about'> = {},
  ): void {
    const connection = this.#call.connections.find((each) => each.id === task.connection);
    if (connection !== undefined) {
      this.raise(connection, type, { context: task.context, to: task.callbackUri, result, ...more });
    }
  }

  /** Tells all applications who is in the call now. */
  tellParticipants(): void {
    const sequence = this.#call.sequence + 1;
    this.set({ sequence });
    const present = this.present;
    for (const connection of this.#call.connections) {
      if (connection.state !== 'connecting') {
        this.raise(connection, 'ParticipantsUpdated', {
          context: undefined,
          result: results.done,
          data: {
            sequenceNumber: sequence,
            participants: present.map(({ rawId, isMuted, isOnHold }) => ({ rawId, isMuted, isOnHold })),
          },
          about: present.map(({ rawId }) => rawId),
        });
      }
    }
  }

  /** Tells whoever follows the call. */
  tellFollowers(is: CallNews['is'], who?: string): void {
    if (this.#call.followers.length > 0) {
      const participants = this.present.map(({ rawId }) => rawId);
      this.#push({
        kind: 'news',
        news: { id: this.ids.uuid(), is, ...(who !== undefined && { who }), at: this.now, participants },
      });
    }
  }

  #push(pending: Pending): void {
    if (this.#call.pending.length >= maxPending && !this.#call.isOver) {
      throw new Fault(callFaults.tooMuch);
    }
    this.set({ pending: [...this.#call.pending, pending] });
  }
}

/** Of what ends a recognition one thing counts: what was foreseen last. */
function resultOfTask(event: MediaEvent): string | undefined {
  return event.is === 'recognised' || event.is === 'not-recognised' ? event.task : undefined;
}
