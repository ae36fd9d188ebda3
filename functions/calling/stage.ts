// What a test can do with people in calls: somebody calls, answers, declines, hangs up, presses keys, speaks.
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import {
  type Call,
  type Calls,
  callFaults,
  callLimits,
  type CallStore,
  keyOfConnection,
  type MediaEvent,
  type Simulator,
  tonesOf,
} from '../../shared/calling/index.js';
import { Fault } from '../../shared/http/index.js';
import type { Clock } from '../../shared/time/clock.js';
import { type StageAction, stageAction } from '../capability.js';
import type { RecentEvents } from './recent-events.js';

const lookAgainMs = 50;
const Who = z
  .string()
  .min(4)
  .max(512)
  .transform((text) => (text.startsWith('+') ? `4:${text}` : text));
/** Id of one of its connections; the newest call of that person unless given. */
const InCall = z.string().max(64).optional();

export interface CallStageParts {
  readonly calls: Calls;
  readonly store: CallStore;
  readonly simulator: Simulator;
  readonly recent: RecentEvents;
  readonly clock: Clock;
  /** Immutable id of a resource by its name. */
  resourceIdOf(name: string): Promise<string>;
  offer(
    resourceId: string,
    incoming: { readonly from: string; readonly to: string; readonly displayName?: string | undefined },
  ): Promise<object>;
  /** They come into the call of a group or a room. */
  join(
    resourceId: string,
    who: string,
    into: { readonly group?: string | undefined; readonly room?: string | undefined },
  ): Promise<void>;
}

export function callStage(parts: CallStageParts): readonly StageAction[] {
  return [...people(parts), ...doings(parts), ...looking(parts)];
}

function people({ simulator, offer, join, resourceIdOf }: CallStageParts): readonly StageAction[] {
  return [
    stageAction({
      name: 'incoming',
      summary: 'Somebody calls a number of the resource, or an identity: the event IncomingCall is raised.',
      input: z.strictObject({ from: Who, to: Who, displayName: z.string().max(256).optional() }),
      run: async (input, { resource }) => offer(await resourceIdOf(resource), input),
    }),
    stageAction({
      name: 'callee',
      summary: 'Says how somebody behaves when they are called, and with what they answer when they are listened to.',
      input: z.strictObject({
        who: Who,
        answers: z.enum(['answers', 'busy', 'declines', 'unavailable', 'never', 'waits']).default('answers'),
        afterMs: z.int().min(0).max(600_000).optional(),
        presses: z.string().max(64).optional(),
        says: z.string().max(1_000).optional(),
      }),
      run: async ({ who, afterMs, presses, says, answers }) => {
        simulator.callees.set(who, {
          answers,
          ...(afterMs !== undefined && { afterMs }),
          ...(presses !== undefined && { presses }),
          ...(says !== undefined && { says }),
        });
        return {};
      },
    }),
    stageAction({
      name: 'join',
      summary: 'Somebody comes into the call of a group or a room, where an application is in it.',
      input: z.strictObject({ who: Who, group: z.string().max(512).optional(), room: z.string().max(512).optional() }),
      run: async ({ who, ...into }, { resource }) => {
        await join(await resourceIdOf(resource), who, into);
        return {};
      },
    }),
  ];
}

function doings(parts: CallStageParts): readonly StageAction[] {
  const { calls, resourceIdOf } = parts;
  const happen = async (
    resource: string,
    { who, call: id }: { readonly who: string; readonly call?: string | undefined },
    ...events: readonly MediaEvent[]
  ) => {
    const resourceId = await resourceIdOf(resource);
    const { key } = await newestOf(parts, resourceId, who, id);
    for (const event of events) {
      await calls.report(resourceId, key, event);
    }
    return {};
  };
  const simple = [
    ['answer', 'Somebody who is called answers.', 'joined'],
    ['decline', 'Somebody who is called declines.', 'declined'],
    ['be-busy', 'Somebody who is called is busy.', 'busy'],
    ['hang-up', 'Somebody in a call, or who calls, hangs up.', 'left'],
  ] as const;
  return [
    ...simple.map(([name, summary, is]) =>
      stageAction({
        name,
        summary,
        input: z.strictObject({ who: Who, call: InCall }),
        run: (input, { resource }) => happen(resource, input, { is, who: input.who }),
      }),
    ),
    stageAction({
      name: 'press',
      summary: 'Somebody in a call presses keys: digits, *, #, A to D.',
      input: z.strictObject({ who: Who, keys: z.string().regex(/^[\d*#A-D]{1,64}$/i), call: InCall }),
      run: (input, { resource }) => {
        const { who, keys } = input;
        return happen(resource, input, ...tonesOf(keys).map((tone): MediaEvent => ({ is: 'tone', who, tone })));
      },
    }),
    stageAction({
      name: 'say',
      summary: 'Somebody in a call says a sentence.',
      input: z.strictObject({ who: Who, text: z.string().min(1).max(1_000), call: InCall }),
      run: (input, { resource }) => happen(resource, input, { is: 'speech', who: input.who, text: input.text }),
    }),
  ];
}

function looking({ store, recent, clock, resourceIdOf }: CallStageParts): readonly StageAction[] {
  return [
    stageAction({
      name: 'list',
      summary: 'Lists the calls of the resource that go on.',
      input: z.strictObject({}),
      run: async (_, { resource }) => {
        const found: object[] = [];
        for await (const { call } of store.allOf(await resourceIdOf(resource))) {
          if (!call.isOver) {
            found.push(render(call));
          }
        }
        return { calls: found };
      },
    }),
    stageAction({
      name: 'wait-for-event',
      summary: 'The newest event of a call of this type that was told; waits until there is one.',
      input: z.strictObject({
        type: z.string().max(64).optional(),
        call: InCall,
        seconds: z.number().min(0).max(60).default(10),
      }),
      run: async ({ seconds, type, call }, { resource }) => {
        const resourceId = await resourceIdOf(resource);
        const until = clock.monotonic() + seconds * 1_000;
        for (;;) {
          const event = recent.newest(resourceId, { type, connection: call });
          if (event !== undefined) {
            return event;
          }
          if (clock.monotonic() >= until) {
            throw new Fault(callFaults.noEvent);
          }
          await wait(lookAgainMs);
        }
      },
    }),
  ];
}

async function newestOf(
  { store }: CallStageParts,
  resourceId: string,
  who: string,
  id: string | undefined,
): Promise<Call> {
  const named = id === undefined ? undefined : keyOfConnection(id);
  let newest: Call | undefined;
  for await (const { call } of store.allOf(resourceId)) {
    const isIn = call.participants.some(({ rawId }) => rawId === who) || call.offer?.from === who;
    const isMeant = id === undefined || call.key === named;
    if (isIn && isMeant && !call.isOver && (newest === undefined || call.createdOn >= newest.createdOn)) {
      newest = call;
    }
  }
  if (newest === undefined) {
    throw new Fault(callFaults.noCaller);
  }
  return newest;
}

function render({ connections, participants, correlationId, serverCallId, offer }: Call) {
  return {
    correlationId,
    serverCallId,
    connections: connections.map(({ id, state }) => ({ id, state })),
    participants: participants.slice(0, callLimits.participantsPerPage).map(({ rawId, state }) => ({ rawId, state })),
    isOffered: offer !== undefined,
  };
}
