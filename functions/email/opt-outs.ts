// What keeps mail of a domain from an address though no list says so (any more). Domicile's own: ACS has no such thing.
import { z } from 'zod';
import { type Operation, operation } from '../../shared/api/index.js';
import { manager } from '../../shared/auth/index.js';
import { maxIdentifierLength } from '../../shared/data-map/index.js';
import { type EmailParts, itemKinds, liftOptOut } from '../../shared/email/index.js';
import { homeOf, requireSettled } from '../../shared/management/index.js';
import type { Asked } from '../wire/arm/lists.js';
import { askerOf, common } from '../wire/arm/resources.js';
import { itemIdOf, itemRoute, type Params } from './item-wire.js';

const wire = { kind: itemKinds.domains, paramNames: ['emailServiceName', 'domainName'] };
const LiftRequest = z.strictObject({ email: z.string().max(maxIdentifierLength) });

export function optOutOperations(parts: EmailParts): Operation[] {
  return [
    operation({
      ...common,
      auth: manager('manage'),
      name: 'management-lift-opt-out',
      summary: 'Lets mail of a domain go again to an address that an erasure has left suppressed as a hash.',
      route: `POST ${itemRoute(wire)}/liftOptOut`,
      body: LiftRequest,
      home: (input: Asked<Params>) => homeOf(parts, askerOf(input), itemIdOf(wire, input.params).owner),
      // The trail of a subscription goes by its id, as everything that is asked of one.
      audits: ({ params }: { params: Params }) => ({
        action: 'lift-opt-out',
        of: async () => {
          const { owner } = itemIdOf(wire, params);
          await requireSettled(parts, owner);
          return { immutableId: owner.subscriptionId.toLowerCase() };
        },
      }),
      noContent: async (input) => {
        await liftOptOut(parts, itemIdOf(wire, input.params), input.body.email);
      },
    }),
  ];
}
