// How long one stored thing is kept, and why: for an operator. Domicile's own operations.
import { z } from 'zod';
import { type AnswerBody, operation } from '../../shared/api/index.js';
import { accessKey } from '../../shared/auth/index.js';
import type { Explanation } from '../../shared/data-map/index.js';
import { explain, explainedKinds, type ExplainParts } from '../../shared/retention/index.js';
import { toSeconds } from '../../shared/time/instant.js';
import { InSeconds, Text } from '../wire/written.js';

const common = { service: 'retention', auth: accessKey } as const;

const RetentionExplanation = z
  .object({
    kind: Text,
    policy: Text,
    since: InSeconds,
    expiresOn: InSeconds.optional(),
    invisibleFrom: InSeconds.optional(),
    restorableUntil: InSeconds.optional(),
    goneBy: InSeconds.optional(),
  })
  .meta({ id: 'RetentionExplanation' });

export function retentionOperations(parts: ExplainParts) {
  const kinds = explainedKinds(parts.stores);
  const ExplainRequest = z.object({ kind: z.enum(kinds), id: z.string().min(1).max(512) });
  return [
    operation({
      ...common,
      name: 'retention-get-explanation',
      summary: `Explains how long one thing is kept, and why. Kinds: ${kinds.join(', ')}; an id that is personal goes by POST.`,
      route: 'GET retention/{kind}/{id}',
      returns: RetentionExplanation,
      ok: async ({ resource, params }) => {
        const { kind, id } = params;
        return render(kind, await explain(parts, resource, { kind, id, isInPath: true }));
      },
    }),
    operation({
      ...common,
      name: 'retention-explain',
      summary: 'The same for any kind, with the id in the body.',
      route: 'POST retention/:explain',
      body: ExplainRequest,
      returns: RetentionExplanation,
      ok: async ({ resource, body }) => render(body.kind, await explain(parts, resource, { ...body, isInPath: false })),
    }),
  ];
}

function render(kind: string, { policy, since, ...times }: Explanation): AnswerBody<typeof RetentionExplanation> {
  const { expiresOn, invisibleFrom, restorableUntil, goneBy } = times;
  return {
    kind,
    policy,
    since: toSeconds(since),
    ...(expiresOn !== undefined && { expiresOn: toSeconds(expiresOn) }),
    ...(invisibleFrom !== undefined && { invisibleFrom: toSeconds(invisibleFrom) }),
    ...(restorableUntil !== undefined && { restorableUntil: toSeconds(restorableUntil) }),
    ...(goneBy !== undefined && { goneBy: toSeconds(goneBy) }),
  };
}
