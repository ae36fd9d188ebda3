// The wire form of whom a communication is with: `CommunicationIdentifierModel`, shared by chat, rooms and calling.
import { z } from 'zod';
import { orAbsent } from './null-and-absent.js';

const text = z.string().min(1).max(512);

/** What callers send: a raw id, or one nested model to make it from. Some languages write all models, `null` for most. */
export const CommunicationIdentifier = z
  .object({
    rawId: orAbsent(text),
    communicationUser: orAbsent(z.object({ id: text })),
    phoneNumber: orAbsent(z.object({ value: text })),
    microsoftTeamsUser: orAbsent(
      z.object({ userId: text, isAnonymous: orAbsent(z.boolean()), cloud: orAbsent(z.string()) }),
    ),
    microsoftTeamsApp: orAbsent(z.object({ appId: text, cloud: orAbsent(z.string()) })),
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
  readonly rawId?: string | undefined;
  readonly communicationUser?: { readonly id: string } | undefined;
  readonly phoneNumber?: { readonly value: string } | undefined;
  readonly microsoftTeamsUser?:
    | { readonly userId: string; readonly isAnonymous?: boolean | undefined; readonly cloud?: string | undefined }
    | undefined;
  readonly microsoftTeamsApp?: { readonly appId: string; readonly cloud?: string | undefined } | undefined;
}

const teamsUserPrefix: Readonly<Record<string, string>> = { public: 'orgid', dod: 'dod', gcch: 'gcch' };

function rawIdOf(model: IdentifierModel): string | undefined {
  const { communicationUser, phoneNumber, microsoftTeamsUser, microsoftTeamsApp } = model;
  const nested = [communicationUser, phoneNumber, microsoftTeamsUser, microsoftTeamsApp].filter(Boolean);
  if (nested.length > 1) {
    return undefined;
  }
  if (model.rawId !== undefined) {
    return model.rawId;
  }
  if (communicationUser !== undefined) {
    return communicationUser.id;
  }
  if (phoneNumber !== undefined) {
    return `4:${phoneNumber.value}`;
  }
  if (microsoftTeamsUser !== undefined) {
    const { userId, isAnonymous, cloud } = microsoftTeamsUser;
    return isAnonymous ? `8:teamsvisitor:${userId}` : `8:${teamsUserPrefix[cloud ?? 'public'] ?? 'orgid'}:${userId}`;
  }
  if (microsoftTeamsApp !== undefined) {
    return `28:${teamsUserPrefix[microsoftTeamsApp.cloud ?? 'public'] ?? 'orgid'}:${microsoftTeamsApp.appId}`;
  }
  return undefined;
}

/** How answers name a communication user. */
export function toIdentifierModel(rawId: string) {
  return { kind: 'communicationUser', rawId, communicationUser: { id: rawId } };
}
