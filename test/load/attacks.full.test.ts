// Each attack that has held once what all callers share, and how somebody fares meanwhile who does not attack.
import { startEmulator } from 'acs-domicile/emulator';
import { expect, it } from 'vitest';
import { prepare } from './attacked-world.js';
import { attacks, begin } from './attacks.js';
import { behaveWell, type Experience } from './good-client.js';

const maxMb = 512;
/** What is quicker than this is quick, whatever three times that is: the machine is shared. */
const quickMs = 60;
/** Others run on this machine: what an attack does it does each time. */
const looks = 3;

it.each(attacks)(
  '$name: it leaves everybody else three times their time at most',
  { timeout: 300_000 },
  async (attack) => {
    const emulator = await startEmulator({ ephemeral: true, geographies: ['europe', 'uk'] });
    try {
      const world = await prepare(emulator);
      await behaveWell(world, 2_000);
      const seen: { readonly quiet: Experience; readonly attacked: Experience }[] = [];
      for (let look = 1; look <= looks; look++) {
        const quiet = await behaveWell(world, 6_000);
        const end = await begin(attack, world);
        const attacked = await behaveWell(world, 12_000);
        await end();
        seen.push({ quiet, attacked });
        expect(attacked.failed).toEqual({});
        expect(attacked.peakMb).toBeLessThan(maxMb);
        if (attacked.p99Ms < 3 * Math.max(quiet.p99Ms, quickMs)) {
          break;
        }
      }
      console.log(`${attack.name}: ${JSON.stringify(seen)}`);
      const { quiet, attacked } = seen.at(-1) as (typeof seen)[number];
      expect(attacked.p99Ms).toBeLessThan(3 * Math.max(quiet.p99Ms, quickMs));
    } finally {
      await emulator.dispose();
    }
  },
);
