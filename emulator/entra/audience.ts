// What the scope of a token request asks for: which service the token is for, and what a user lets an application do.

export interface AskedScope {
  /** The `aud` of the token. */
  readonly audience: string;
  /** What a user allows; empty for `.default`. */
  readonly permissions: readonly string[];
  readonly wantsRefreshToken: boolean;
}

const openIdScopes = new Set(['openid', 'profile', 'email', 'offline_access']);
const loopback = /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;

/**
 * Management clients ask for a token for the address that they talk to, so every address of this machine is one more
 * name of the management service.
 *
 * @returns undefined when the scope names no service, or more than one
 */
export function readScope(scope: string): AskedScope | undefined {
  const asked = scope.split(' ').filter((each) => each !== '');
  const ofServices = asked.filter((each) => !openIdScopes.has(each));
  const services = new Set(ofServices.map((each) => each.slice(0, Math.max(0, each.lastIndexOf('/')))));
  const [service, another] = services;
  if (service === undefined || another !== undefined || !/^(?:https|api):\/\//.test(service)) {
    return undefined;
  }
  return {
    audience: loopback.test(service.replace(/\/$/, '')) ? 'https://management.azure.com' : service,
    permissions: ofServices.map((each) => each.slice(each.lastIndexOf('/') + 1)).filter((each) => each !== '.default'),
    wantsRefreshToken: asked.includes('offline_access'),
  };
}

/** What a user has allowed the seeded applications, by service; that is what `.default` means. */
export function allPermissions(audience: string): readonly string[] {
  switch (audience.replace(/\/$/, '')) {
    case 'https://communication.azure.com/clients':
      return ['VoIP', 'Chat'];
    case 'https://auth.msft.communication.azure.com':
      return ['Teams.ManageCalls', 'Teams.ManageChats'];
    default:
      return ['user_impersonation'];
  }
}
