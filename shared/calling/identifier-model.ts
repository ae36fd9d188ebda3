// How the contract names somebody, for events: by kind, raw id, and the model of that kind.

export interface IdentifierModel {
  readonly kind: 'communicationUser' | 'phoneNumber' | 'microsoftTeamsUser' | 'microsoftTeamsApp' | 'unknown';
  readonly rawId: string;
  readonly communicationUser?: { readonly id: string };
  readonly phoneNumber?: { readonly value: string };
  readonly microsoftTeamsUser?: { readonly userId: string; readonly isAnonymous: boolean; readonly cloud: string };
  readonly microsoftTeamsApp?: { readonly appId: string; readonly cloud: string };
}

const clouds: Readonly<Record<string, string>> = { orgid: 'public', dod: 'dod', gcch: 'gcch' };

export function eventIdentifier(rawId: string): IdentifierModel {
  const [, scope = '', rest = ''] = /^(?:8|28):([a-z]+):(.*)$/s.exec(rawId) ?? [];
  if (rawId.startsWith('4:')) {
    return { kind: 'phoneNumber', rawId, phoneNumber: { value: rawId.slice(2) } };
  }
  if (rawId.startsWith('28:')) {
    return { kind: 'microsoftTeamsApp', rawId, microsoftTeamsApp: { appId: rest, cloud: clouds[scope] ?? 'public' } };
  }
  if (scope === 'teamsvisitor') {
    const user = { userId: rest, isAnonymous: true, cloud: 'public' };
    return { kind: 'microsoftTeamsUser', rawId, microsoftTeamsUser: user };
  }
  const cloud = clouds[scope];
  if (rawId.startsWith('8:') && cloud !== undefined) {
    return { kind: 'microsoftTeamsUser', rawId, microsoftTeamsUser: { userId: rest, isAnonymous: false, cloud } };
  }
  return rawId.startsWith('8:')
    ? { kind: 'communicationUser', rawId, communicationUser: { id: rawId } }
    : { kind: 'unknown', rawId };
}
