// Domicile's own: the master secret of a geography is replaced, for the resources that are there too. For who manages them.
import { z } from 'zod';
import { operation } from '../../shared/api/index.js';
import { manager } from '../../shared/auth/index.js';
import { type ManagementParts, replaceKeys, secretVersions } from '../../shared/management/index.js';
import { toSeconds } from '../../shared/time/instant.js';
import { askerOf, common } from '../wire/arm/resources.js';
import { orAbsent } from '../wire/null-and-absent.js';
import { Count, InSeconds, Text } from '../wire/written.js';

const hourMs = 60 * 60_000;
/** A quarter of a year: after that nobody remembers to change a key. */
const maxHours = 90 * 24;

const SecretVersions = z
  .object({
    geography: Text,
    current: Count,
    versions: z.array(
      z.object({
        version: Count,
        configured: z.boolean(),
        made: Count,
        keys: Count,
        retiringKeys: Count,
        drainingTokens: Count,
        drainedOn: InSeconds.optional(),
      }),
    ),
  })
  .meta({ id: 'SecretVersions' });

const ReplaceKeysBody = z.object({
  keysForHours: z.number().int().min(0).max(maxHours),
  after: orAbsent(z.string().max(63)),
});

const KeyReplacementPage = z
  .object({
    geography: Text,
    version: Count,
    value: z.array(
      z.object({
        resource: Text,
        resourceId: Text,
        keysUntil: InSeconds.optional(),
        tokensUntil: InSeconds.optional(),
      }),
    ),
    after: Text.optional(),
  })
  .meta({ id: 'KeyReplacementPage' });

export function masterSecretOperations(parts: ManagementParts) {
  const { geography, keys } = parts;
  const own = { ...common, service: 'masterSecret' } as const;
  return [
    operation({
      ...own,
      auth: manager('read'),
      name: 'management-list-secret-versions',
      summary: 'Lists the versions of the master secret of the geography, and what follows from each.',
      route: 'GET masterSecret/versions',
      returns: SecretVersions,
      ok: async () => {
        const versions = (await secretVersions(parts)).map(({ isConfigured, drainedOn, ...rest }) => ({
          ...rest,
          configured: isConfigured,
          ...(drainedOn !== undefined && { drainedOn: toSeconds(drainedOn) }),
        }));
        return { geography, current: keys.currentVersion, versions };
      },
    }),
    operation({
      ...own,
      auth: manager('manage'),
      name: 'management-replace-keys',
      summary:
        'Has the access keys of resources follow from the newest master secret, a page of them; the old keys go on for `keysForHours`, their tokens for a day more.',
      route: 'POST masterSecret/:replaceKeys',
      body: ReplaceKeysBody,
      returns: KeyReplacementPage,
      ok: async (input) => {
        const { keysForHours, after } = input.body;
        const keysForMs = keysForHours * hourMs;
        const { replaced, next } = await replaceKeys(parts, askerOf(input), { keysForMs, after });
        return {
          geography,
          version: keys.currentVersion,
          value: replaced.map(({ record, retiring }) => ({
            resource: record.id.name,
            resourceId: record.immutableId,
            ...(retiring !== undefined && {
              keysUntil: toSeconds(retiring.keysUntil),
              tokensUntil: toSeconds(retiring.tokensUntil),
            }),
          })),
          ...(next !== undefined && { after: next }),
        };
      },
    }),
  ];
}
