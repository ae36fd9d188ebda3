// Who hands mail in: an SMTP user that the app knows, with the secret of its application, which the issuer knows. The secret
// is kept nowhere; that it was right, for two minutes, as a hash under a key that this process has made up.
import { BoundedCache } from '../shared/auth/bounded-cache.js';
import { keyedHash } from '../shared/auth/keyed-hash.js';
import type { Clock } from '../shared/time/clock.js';
import type { Ids } from '../shared/time/ids.js';
import { type AppClient, AppUnreachable } from './app-client.js';
import { FailedLogins, WrongLogin } from './failed-logins.js';
import { type Application, type Issuer, IssuerUnavailable } from './issuer.js';
import { knownSecretMs, knownSecrets, maxFailedLogins, maxFailedLoginsOfAddress, maxPasswordBytes } from './limits.js';
import { appCodes, errorOf } from './refusal-of.js';
import { SmtpRefusal } from './smtp-refusal.js';

export interface GatewayUser {
  readonly username: string;
  readonly resource: string;
  /** Of the resource. */
  readonly host: string;
}

export interface SignInParts {
  readonly app: Pick<AppClient, 'ask'>;
  readonly issuer: Pick<Issuer, 'isSecretOf'>;
  readonly clock: Clock;
  readonly ids: Ids;
}

export class SignIns {
  readonly #parts: SignInParts;
  readonly #key: Buffer;
  /** Until when, monotonic ms. */
  readonly #known = new BoundedCache<number>(knownSecrets);
  readonly #ofUser: FailedLogins;
  readonly #ofAddress: FailedLogins;

  constructor(parts: SignInParts) {
    this.#parts = parts;
    this.#key = parts.ids.bytes(32);
    const { clock } = parts;
    this.#ofUser = new FailedLogins({ clock, max: maxFailedLogins, isForgiving: true });
    // Who has one user of his own could otherwise try as often as he likes.
    this.#ofAddress = new FailedLogins({ clock, max: maxFailedLoginsOfAddress, isForgiving: false });
  }

  /**
   * @param address that it is tried from
   * @throws {SmtpRefusal} 535 when one of both is wrong, 454 while it cannot be told
   */
  async signIn(username: string, password: string, address: string): Promise<GatewayUser> {
    // Nobody is asked about what is no password, so nobody learns anything, and nothing has to be remembered.
    if (password === '' || Buffer.byteLength(password) > maxPasswordBytes || username.length > 320) {
      throw new WrongLogin();
    }
    // In the form of ACS dots and bars mean the same.
    const who = this.#hash('failed', username.toLowerCase().replaceAll('|', '.'), address);
    return this.#ofAddress.attempt(this.#hash('address', address), () =>
      this.#ofUser.attempt(who, () => this.#try(username, password)),
    );
  }

  async #try(username: string, password: string): Promise<GatewayUser> {
    const { user, application } = (await this.#find(username)) ?? {};
    if (user === undefined || application === undefined || !(await this.#isRight(application, password))) {
      throw new WrongLogin();
    }
    return user;
  }

  async #find(username: string): Promise<{ user: GatewayUser; application: Application } | undefined> {
    const { status, body } = await this.#parts.app.ask('/gateway/smtpUsers', { username }).catch((error: unknown) => {
      throw error instanceof AppUnreachable ? cannotTell() : error;
    });
    const { code } = errorOf(body);
    if ((status === 404 && code === appCodes.noSmtpUser) || (status === 400 && code !== undefined)) {
      return undefined;
    }
    if (status !== 200) {
      throw cannotTell();
    }
    const { resource, host, applicationId, tenantId } = (body ?? {}) as Partial<
      Omit<GatewayUser, 'username'> & Application
    >;
    // Somebody else who answers 200 to everything knows nobody.
    if (resource === undefined || host === undefined || applicationId === undefined || tenantId === undefined) {
      throw cannotTell();
    }
    return { user: { username, resource, host }, application: { applicationId, tenantId } };
  }

  async #isRight(application: Application, password: string): Promise<boolean> {
    const { clock, issuer } = this.#parts;
    const known = this.#hash('known', application.tenantId, application.applicationId, password);
    if ((this.#known.get(known) ?? 0) > clock.monotonic()) {
      return true;
    }
    try {
      if (!(await issuer.isSecretOf(application, password))) {
        return false;
      }
    } catch (error) {
      throw error instanceof IssuerUnavailable ? cannotTell() : error;
    }
    this.#known.set(known, clock.monotonic() + knownSecretMs);
    return true;
  }

  #hash(...parts: string[]): string {
    return keyedHash(this.#key, ...parts).toString('base64url');
  }
}

function cannotTell(): SmtpRefusal {
  return new SmtpRefusal(
    454,
    '4.7.0',
    'It cannot be told at the moment whether that is right. Try again a little later.',
  );
}
