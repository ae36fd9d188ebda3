// What the supervisor can have an app process do. An entry is all there is to an action: its name, its input, what it
// answers. Both cross as JSON. The supervisor calls them with `FunctionApp.ask`, which takes its types from here.
import type { RunningApp } from '../functions/running-app.js';
import type { World } from '../shared/passing/index.js';
import type { MovableClock } from '../shared/time/clock.js';
import type { EmulatorLimits, StageActionFacts } from './contract.js';
import type { FunctionHost } from './host/host.js';
import { listStageActions, runStageAction, type StageRequest } from './stage/stage-actions.js';

/** An app process that has started. */
export interface ActingApp {
  readonly host: FunctionHost;
  readonly app: RunningApp;
  readonly hostClock: MovableClock;
}

export const appActions = {
  /** Moves product time and forgets what was cached. */
  setClock({ app, hostClock }: ActingApp, offsetMs: number): void {
    hostClock.setOffset(offsetMs);
    app.clock.setOffset(offsetMs);
    app.dropCaches();
  },
  /** Runs what became due since. */
  clockMoved: ({ host }: ActingApp, fromMs: number): Promise<void> => host.clockMoved(fromMs),
  drainQueues: ({ host }: ActingApp): Promise<void> => host.drainQueues(),
  dropCaches: ({ app }: ActingApp): void => app.dropCaches(),
  setLimits: ({ app }: ActingApp, limits: EmulatorLimits): void => app.setLimits(limits),
  meet: ({ app }: ActingApp, world: World): void => app.meet(world),
  async eraseEverything({ app }: ActingApp): Promise<void> {
    await app.eraseEverything();
    app.dropCaches();
    await app.seed();
  },
  runFunction: ({ host }: ActingApp, { name, input }: { name: string; input: unknown }): Promise<void> =>
    host.run(name, input),
  /** Keeps an event that no subscriber took, as Event Grid would. */
  keepDeadLetter: ({ app }: ActingApp, { resource, letter }: { resource: string; letter: object }): Promise<void> =>
    app.keepDeadLetter(resource, letter),
  listStageActions: ({ app }: ActingApp): readonly StageActionFacts[] => listStageActions(app),
  runStageAction: ({ app }: ActingApp, request: StageRequest): Promise<unknown> => runStageAction(app, request),
} as const;

export type AppActions = typeof appActions;
export type AppActionName = keyof AppActions;
/** Its input as a list of arguments, empty when it takes none. */
export type AppActionInput<Name extends AppActionName> =
  Parameters<AppActions[Name]> extends [ActingApp, ...infer Input] ? Input : never;
export type AppActionAnswer<Name extends AppActionName> = Awaited<ReturnType<AppActions[Name]>>;
