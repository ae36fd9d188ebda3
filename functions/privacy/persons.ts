// Domicile's own operations about persons, in the style of ACS: who is who, where their data lies. Identifiers travel in
// bodies only. An access key that has the right `privacy`; never a user token.
import { z } from 'zod';
import { operation } from '../../shared/api/index.js';
import {
  addIdentifiers,
  findPersons,
  findShownPerson,
  identify,
  listPersons,
  type Person,
  type PrivacyParts,
  removeIdentifiers,
  requireIdentifiers,
  requirePerson,
} from '../../shared/privacy/index.js';
import { toSeconds } from '../../shared/time/instant.js';
import { formatIdentifier } from '../../shared/data-map/index.js';
import { nextLink } from '../wire/next-link.js';
import { renderReports } from './render.js';
import { Identifiers, privacyCommon as common, WalkedIdentifiers, WalkQuery } from './wire.js';
import { FoundPersons, Person as WrittenPerson, PersonsPage, StoreReports } from './answers.js';

const IdentifiersRequest = z.object({ identifiers: Identifiers });

const PersonsQuery = z.object({
  maxPageSize: z.coerce.number().int().min(1).max(1000).default(100),
  after: z.string().max(128).optional(),
});

export function privacyOperations(privacy: PrivacyParts) {
  return [
    operation({
      ...common,
      name: 'privacy-add-identifiers',
      summary: 'Links identities, phone numbers and email addresses to a person.',
      route: 'POST persons/{personId}/identifiers/:add',
      body: IdentifiersRequest,
      returns: WrittenPerson,
      ok: async ({ resource, params, body }) =>
        renderPerson(await addIdentifiers(privacy, resource, params.personId, body.identifiers)),
    }),
    operation({
      ...common,
      name: 'privacy-remove-identifiers',
      summary: 'Removes links from a person.',
      route: 'POST persons/{personId}/identifiers/:remove',
      body: IdentifiersRequest,
      returns: WrittenPerson,
      ok: async ({ resource, params, body }) =>
        renderPerson(await removeIdentifiers(privacy, resource, params.personId, body.identifiers)),
    }),
    operation({
      ...common,
      name: 'privacy-get-person',
      summary: 'Gets a person with all identifiers.',
      route: 'GET persons/{personId}',
      returns: WrittenPerson,
      ok: async ({ resource, params }) => renderPerson(await findShownPerson(privacy, resource, params.personId)),
    }),
    operation({
      ...common,
      name: 'privacy-list-persons',
      summary: 'Lists the persons of the resource.',
      route: 'GET persons',
      query: PersonsQuery,
      returns: PersonsPage,
      ok: async ({ resource, query, request }) => {
        const { ids, next } = await listPersons(privacy, resource, query.maxPageSize, query.after);
        return {
          value: ids.map((personId) => ({ personId })),
          ...(next !== undefined && {
            nextLink: nextLink(request, '/persons', { after: next, maxPageSize: query.maxPageSize }),
          }),
        };
      },
    }),
    operation({
      ...common,
      name: 'privacy-find-persons',
      summary: 'Finds the persons that identifiers belong to.',
      route: 'POST persons/:find',
      body: IdentifiersRequest,
      returns: FoundPersons,
      ok: async ({ resource, body }) => ({
        value: (await findPersons(privacy, resource, body.identifiers)).map((personId) => ({ personId })),
      }),
    }),
    operation({
      ...common,
      name: 'privacy-identify-person',
      summary: 'Says which stores hold something about a person, how much and until when; no content.',
      route: 'POST persons/{personId}/:identify',
      query: WalkQuery,
      audits: 'identify-person',
      walks: () => true,
      returns: StoreReports,
      ok: async ({ resource, params, query: { after }, request }) => {
        const { personId } = params;
        const { identifiers } = await requirePerson(privacy, resource, personId);
        const found = await identify(privacy, resource, identifiers, { persons: [personId], after });
        return renderReports(found, request, `/persons/${encodeURIComponent(personId)}/:identify`);
      },
    }),
    operation({
      ...common,
      name: 'privacy-identify',
      summary: 'The same for identifiers that belong to no person.',
      route: 'POST privacy/:identify',
      body: z.object({ identifiers: WalkedIdentifiers }),
      query: WalkQuery,
      audits: 'identify-identifiers',
      walks: () => true,
      returns: StoreReports,
      ok: async ({ resource, body, query: { after }, request }) => {
        const identifiers = await requireIdentifiers(privacy, resource, body.identifiers);
        return renderReports(await identify(privacy, resource, identifiers, { after }), request, '/privacy/:identify');
      },
    }),
  ];
}

function renderPerson({ id, createdOn, identifiers }: Person) {
  return { personId: id, createdOn: toSeconds(createdOn), identifiers: identifiers.map(formatIdentifier) };
}
