// The wire form of whom a communication is with: `CommunicationIdentifierModel`, shared by chat, rooms and calling.
import { z } from 'zod';

const text = z.string().min(1).max(512);

/**
 * What callers send: a raw id, or one nested model to make it from. Some languages write all models, `null` for most; one
 * step at the end reads it, and not one a member: a request may hold two hundred of these.
 */
export const CommunicationIdentifier = z
  .object({
    rawId: text.nullish(),
    communicationUser: z.object({ id: text }).nullish(),
    phoneNumber: z.object({ value: text }).nullish(),
    microsoftTeamsUser: z
      .object({ userId: text, isAnonymous: z.boolean().nullish(), cloud: z.string().nullish() })
      .nullish(),
    microsoftTeamsApp: z.object({ appId: text, cloud: z.string().nullish() }).nullish(),
  })
  .transform((model, context): string => {
    const rawId = rawIdOf(model);
    if (rawId !== undefined) {
      return rawId;
    }
    context.addIssue({ code: 'custom', message: 'Name a rawId, or exactly one kind of identifier.' });
    return z.NEVER;
  });

interface IdentifierModel {
  readonly rawId?: string | null | undefined;
  readonly communicationUser?: { readonly id: string } | null | undefined;
  readonly phoneNumber?: { readonly value: string } | null | undefined;
  readonly microsoftTeamsUser?: TeamsUser | null | undefined;
  readonly microsoftTeamsApp?:
    | { readonly appId: string; readonly cloud?: string | null | undefined }
    | null
    | undefined;
}

interface TeamsUser {
  readonly userId: string;
  readonly isAnonymous?: boolean | null | undefined;
  readonly cloud?: string | null | undefined;
}

const teamsUserPrefix: Readonly<Record<string, string>> = { public: 'orgid', dod: 'dod', gcch: 'gcch' };

function rawIdOf(model: IdentifierModel): string | undefined {
  const { communicationUser, phoneNumber, microsoftTeamsUser, microsoftTeamsApp } = model;
  const nested = [communicationUser, phoneNumber, microsoftTeamsUser, microsoftTeamsApp].filter(Boolean);
  if (nested.length > 1) {
    return undefined;
  }
  if (typeof model.rawId === 'string') {
    return model.rawId;
  }
  if (communicationUser) {
    return communicationUser.id;
  }
  if (phoneNumber) {
    return `4:${phoneNumber.value}`;
  }
  if (microsoftTeamsUser) {
    const { userId, isAnonymous, cloud } = microsoftTeamsUser;
    return isAnonymous ? `8:teamsvisitor:${userId}` : `8:${teamsUserPrefix[cloud ?? 'public'] ?? 'orgid'}:${userId}`;
  }
  if (microsoftTeamsApp) {
    return `28:${teamsUserPrefix[microsoftTeamsApp.cloud ?? 'public'] ?? 'orgid'}:${microsoftTeamsApp.appId}`;
  }
  return undefined;
}

/** How answers name a communication user. */
export const WrittenIdentifier = z
  .object({
    kind: z.literal('communicationUser'),
    rawId: z.string(),
    communicationUser: z.object({ id: z.string() }),
  })
  .meta({ id: 'CommunicationIdentifier' });

export function toIdentifierModel(rawId: string): z.input<typeof WrittenIdentifier> {
  return { kind: 'communicationUser', rawId, communicationUser: { id: rawId } };
}
