// What the emulator is offered beyond what Azure runs: what a test can do to whom.
import type { RecordStore } from '../shared/resources/index.js';
import type { Capability } from './capability.js';
import type { RunningApp } from './running-app.js';

export function stageOf(capabilities: readonly Capability[]): RunningApp['stage'] {
  return Object.fromEntries(capabilities.flatMap(({ name, stage }) => (stage === undefined ? [] : [[name, stage]])));
}

/** The resources that answer: the one that nobody has created, and those that management has made. */
export async function namesOfResources(records: RecordStore, defaultName: string): Promise<readonly string[]> {
  const made = await records.all('communicationServices');
  const answering = made.filter(({ state, host }) => state === 'Succeeded' && host !== undefined);
  return [...new Set([defaultName, ...answering.map(({ id }) => id.name)])];
}
