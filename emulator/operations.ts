// What can be done to a running emulator; the control plane and the library offer the same.
import type { AppActionInput, AppActionName } from './app-actions.js';
import { type ClockCommand, targetOf } from './clock-command.js';
import type { Brokers } from './broker/brokers.js';
import type { EmulatorLimits, StageActionFacts, StagePlace } from './contract.js';
import { RequestRefused } from './emulator-error.js';
import type { FunctionApp } from './function-app.js';
import type { RunningGeography } from './geography.js';
import type { RegisteredFunction } from './host/host.js';
import { checkLimits, type LimitsInForce } from './limits.js';
import type { ProductTime } from './product-time.js';

export interface EmulatorOperations {
  /** Per geography: whether all its function apps answer. */
  health(): Record<string, 'running' | 'restarting'>;
  /** Per geography: what the app registered. */
  functions(): Record<string, readonly RegisteredFunction[]>;
  /**
   * Runs a timer or queue function and the jobs that this starts; in all geographies when none is named. Answers where
   * it ran.
   */
  runFunction(name: string, geography: string | undefined, input: unknown): Promise<readonly string[]>;
  /** Product time, ms since 1970. */
  now(): number;
  offsetMs(): number;
  /** Moves the clock of all geographies, then runs what became due and the queues that feeds. */
  moveClock(command: ClockCommand): Promise<void>;
  /** The rate limits in force. */
  limits(): EmulatorLimits;
  /**
   * Puts rate limits in force in every process of every geography.
   *
   * @throws {RequestRefused} 400 when they are not understood; those in force stay
   */
  setLimits(limits: unknown): Promise<void>;
  /** What a test can do to the capabilities. */
  stageActions(): Promise<readonly StageActionFacts[]>;
  /** Does it, in the first process of the geography. Answers what the action answers, as JSON has it. */
  stage(capability: string, action: string, input: unknown, place?: StagePlace): Promise<unknown>;
  /** Back to the seed: data gone, product time is real time, rate limits as at the start. */
  reset(): Promise<void>;
}

export function createOperations(
  geographies: readonly RunningGeography[],
  time: ProductTime,
  limits: LimitsInForce,
  brokers: Pick<Brokers, 'deliverDue' | 'reset'>,
  closeConnections: () => void,
): EmulatorOperations {
  const apps = geographies.flatMap((geography) => geography.apps);
  const firstApps = geographies.map((geography) => geography.apps[0]);
  const inTurn = createTurns();

  async function setClock(offsetMs: number): Promise<void> {
    await time.setOffset(offsetMs);
    await askAll(apps, 'setClock', offsetMs);
  }

  /** Set before it is sent: a process that is being started again gets it with its settings. */
  async function putInForce(asked: EmulatorLimits): Promise<void> {
    limits.current = asked;
    await askAll(apps, 'setLimits', asked);
  }

  return {
    health: () =>
      Object.fromEntries(
        geographies.map((geography) => [
          geography.slug,
          geography.apps.every((app) => app.isRunning) ? 'running' : 'restarting',
        ]),
      ),
    functions: () => Object.fromEntries(geographies.map(({ slug, apps: [first] }) => [slug, first.ready.functions])),
    async runFunction(name, geography, input) {
      const chosen = choose(geographies, geography);
      for (const {
        slug,
        apps: [app],
      } of chosen) {
        assertRunnable(app, name, slug);
      }
      await askAll(
        chosen.map(({ apps: [app] }) => app),
        'runFunction',
        { name, input },
      );
      // What it has queued, a job above all, is done when this answers. Any process of the geography may be at it.
      await askAll(
        chosen.flatMap(({ apps: all }) => all),
        'drainQueues',
      );
      return chosen.map(({ slug }) => slug);
    },
    stageActions: () => firstOf(geographies).apps[0].ask('listStageActions'),
    async stage(capability, action, input, { geography, resource } = {}) {
      const [app] = firstOf(choose(geographies, geography)).apps;
      return (await app.ask('runStageAction', { capability, action, input, resource })) ?? null;
    },
    now: time.now,
    offsetMs: time.offsetMs,
    moveClock: (command) =>
      inTurn(async () => {
        // What was asked for before belongs to the time before.
        await askAll(apps, 'drainQueues');
        const fromMs = time.now();
        await setClock((await targetOf(command, fromMs)) - fromMs + time.offsetMs());
        await askAll(firstApps, 'clockMoved', fromMs);
        // What was put into the queues any process of the geography may be at.
        await askAll(apps, 'drainQueues');
        await brokers.deliverDue();
      }),
    limits: () => limits.current,
    setLimits: (asked) => inTurn(async () => await putInForce(await checkLimits(asked))),
    reset: () =>
      inTurn(async () => {
        const fromMs = time.now();
        const wasMoved = time.offsetMs() !== 0;
        await setClock(0);
        await putInForce(limits.initial);
        await askAll(firstApps, 'eraseEverything');
        await askAll(apps, 'dropCaches');
        closeConnections();
        await brokers.reset();
        if (wasMoved) {
          await askAll(firstApps, 'clockMoved', fromMs);
        }
      }),
  };
}

/** Waits for all of them, also when one fails: nothing goes on behind the answer. */
async function askAll<Name extends AppActionName>(
  apps: readonly FunctionApp[],
  name: Name,
  ...input: AppActionInput<Name>
): Promise<void> {
  const results = await Promise.allSettled(apps.map((app) => app.ask(name, ...input)));
  for (const result of results) {
    if (result.status === 'rejected') {
      throw result.reason;
    }
  }
}

function choose(geographies: readonly RunningGeography[], slug: string | undefined): readonly RunningGeography[] {
  if (slug === undefined) {
    return geographies;
  }
  const chosen = geographies.find((geography) => geography.slug === slug);
  if (chosen !== undefined) {
    return [chosen];
  }
  const running = geographies.map((geography) => geography.slug).join(', ');
  throw new RequestRefused(400, 'UnknownGeography', `That geography does not run here; these do: ${running}.`);
}

function firstOf([first]: readonly RunningGeography[]): RunningGeography {
  if (first === undefined) {
    throw new Error('An emulator has at least one geography.');
  }
  return first;
}

function assertRunnable(app: FunctionApp, name: string, slug: string): void {
  const found = app.ready.functions.find((candidate) => candidate.name === name);
  if (found === undefined) {
    throw new RequestRefused(
      404,
      'UnknownFunction',
      `There is no such function in ${slug}; GET /functions lists them.`,
    );
  }
  if (found.trigger === 'http') {
    throw new RequestRefused(
      400,
      'NotRunnable',
      `${name} answers HTTP requests; only timers and queue functions are run.`,
    );
  }
}

/** Runs what it is given one after the other. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}
