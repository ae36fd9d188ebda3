// Whom a call is with, on the wire: what callers send, as everywhere, and the written form with the model of every kind.
import { z } from 'zod';
import { eventIdentifier } from '../../shared/calling/index.js';
import { parseIdentifier } from '../../shared/data-map/index.js';
import { PhoneNumber } from '../wire/addresses.js';
import { CommunicationIdentifier } from '../wire/identifiers.js';
import { Text } from '../wire/written.js';

const isUser = (rawId: string) => parseIdentifier(rawId)?.kind === 'identity';

/** Nobody else can be in a call: a number in E.164, a user, somebody of Teams. */
export const CallIdentifier = CommunicationIdentifier.refine(
  (rawId) => /^4:\+[1-9]\d{4,14}$/.test(rawId) || isUser(rawId) || /^(8|28):(orgid|dod|gcch|teamsvisitor):/.test(rawId),
  'is nobody who can be in a call.',
);

export const CallUser = z
  .object({ id: z.string().max(256).refine(isUser, 'is no identity.') })
  .transform(({ id }) => id);
export const CallNumber = z.object({ value: PhoneNumber }).transform(({ value }) => value);

const cloud = Text;
export const WrittenCallIdentifier = z
  .object({
    kind: z.enum(['communicationUser', 'phoneNumber', 'microsoftTeamsUser', 'microsoftTeamsApp', 'unknown']),
    rawId: Text,
    communicationUser: z.object({ id: Text }).optional(),
    phoneNumber: z.object({ value: Text }).optional(),
    microsoftTeamsUser: z.object({ userId: Text, isAnonymous: z.boolean(), cloud }).optional(),
    microsoftTeamsApp: z.object({ appId: Text, cloud }).optional(),
  })
  .meta({ id: 'CallIdentifier' });

export function writeIdentifier(rawId: string): z.input<typeof WrittenCallIdentifier> {
  const { communicationUser, phoneNumber, microsoftTeamsUser, microsoftTeamsApp, ...named } = eventIdentifier(rawId);
  return {
    ...named,
    ...(communicationUser !== undefined && { communicationUser: { ...communicationUser } }),
    ...(phoneNumber !== undefined && { phoneNumber: { ...phoneNumber } }),
    ...(microsoftTeamsUser !== undefined && { microsoftTeamsUser: { ...microsoftTeamsUser } }),
    ...(microsoftTeamsApp !== undefined && { microsoftTeamsApp: { ...microsoftTeamsApp } }),
  };
}
