// What each function app is told of the geographies that run here: where they are, their keys, and which host means which
// resource. Ports are known only when all have started, so it is told then, and whenever it changes.
import type { PublicJwk } from '../shared/auth/public-jwk.js';
import { createSigningKeys, deriveSigningKey } from '../shared/auth/signing-keys.js';
import { hopKeyPurpose } from '../shared/auth/well-known-keys.js';
import { wellKnownMasterSecret } from '../shared/auth/well-known.js';
import type { GeographySlug } from '../shared/geography/index.js';
import type { World } from '../shared/passing/index.js';
import type { RunningGeography, WorldInForce } from './geography.js';

/** Tells every process of every geography. */
export async function introduce(geographies: readonly RunningGeography[], world: WorldInForce): Promise<void> {
  const current = describeWorld(geographies);
  world.current = current;
  const apps = geographies.flatMap((geography) => geography.apps);
  await Promise.all(apps.map((app) => app.ask('meet', current)));
}

function describeWorld(geographies: readonly RunningGeography[]): World {
  return {
    peers: Object.fromEntries(
      // The app's own base address, by plain HTTP: it does not leave this machine.
      geographies.map(({ slug, apps: [first] }) => [
        slug,
        { url: `http://127.0.0.1:${first.ready.ports[1]}`, keys: [hopKeyOf(slug)] },
      ]),
    ),
    hosts: Object.fromEntries(
      geographies.flatMap(({ slug, apps }) =>
        apps.flatMap(({ ready: { ports, resource } }) =>
          ports
            .flatMap((port) => [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`])
            .map((host) => [host, { geography: slug, name: resource.name }]),
        ),
      ),
    ),
  };
}

/** The public half of what `functions/config.ts` derives. */
function hopKeyOf(slug: GeographySlug): PublicJwk {
  const key = deriveSigningKey(Buffer.from(wellKnownMasterSecret, 'base64'), hopKeyPurpose(slug));
  const [jwk] = createSigningKeys(key).jwks().keys;
  if (jwk === undefined) {
    throw new Error('A key pair has no public half.');
  }
  return jwk;
}
