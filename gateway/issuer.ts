// Asks Entra ID whether a secret is that of an application: the client credentials grant (RFC 6749, 4.4). The token that
// comes with a yes is thrown away.
import { Agent } from 'undici';
import { askMs, maxAnswerBytes } from './limits.js';
import { readWhole } from './read-whole.js';

/** It cannot be told at the moment. */
export class IssuerUnavailable extends Error {
  override readonly name = 'IssuerUnavailable';
}

export interface Application {
  /** GUIDs. */
  readonly applicationId: string;
  readonly tenantId: string;
}

const scope = 'https://communication.azure.com/.default';

export class Issuer {
  readonly #authority: string;
  readonly #agent: Agent;

  /**
   * @param authority scheme and host, `https://login.microsoftonline.com`
   * @param ca PEM of who vouches for it, in place of those that Node.js trusts
   */
  constructor(authority: string, ca?: string) {
    this.#authority = authority;
    this.#agent = new Agent({ connections: 8, connect: { timeout: 5_000, ...(ca !== undefined && { ca }) } });
  }

  /** @throws {IssuerUnavailable} */
  async isSecretOf({ applicationId, tenantId }: Application, secret: string): Promise<boolean> {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: applicationId,
      client_secret: secret,
      scope,
    });
    let status: number;
    let text: string;
    try {
      const answer = await this.#agent.request({
        origin: this.#authority,
        path: `/${tenantId}/oauth2/v2.0/token`,
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: form.toString(),
        signal: AbortSignal.timeout(askMs),
      });
      status = answer.statusCode;
      text = await readWhole(answer.body, maxAnswerBytes);
    } catch {
      // The cause might quote the request.
      throw new IssuerUnavailable('The issuer does not answer.');
    }
    if (status === 429 || status >= 500) {
      throw new IssuerUnavailable(`The issuer answers with status ${status}.`);
    }
    return status === 200 && hasToken(text);
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

function hasToken(text: string): boolean {
  try {
    const { access_token: token } = JSON.parse(text) as { readonly access_token?: unknown };
    return typeof token === 'string' && token !== '';
  } catch {
    return false;
  }
}
