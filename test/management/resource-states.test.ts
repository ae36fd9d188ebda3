import { describe, expect, it } from 'vitest';
import { lets, resourceStates } from '../../shared/resources/resource-states.js';

describe('The states of a resource', () => {
  it('let users in only where owners come in too', () => {
    for (const { users, owners } of Object.values(resourceStates)) {
      expect(users && !owners).toBe(false);
    }
  });

  it('let nobody in, and give no name away, when this build does not know the state', () => {
    for (const state of ['', 'Later', 'constructor']) {
      expect(lets(state)).toEqual({ users: false, owners: false, jobs: false, isListed: false, isSettled: true });
    }
    expect(lets('Succeeded')).toMatchObject({ users: true, owners: true });
  });
});
