// Tokens of Entra ID: from a file, from the environment, or of the application that the environment names as Azure's
// tools read it.
import { readFile } from 'node:fs/promises';
import { CommandError } from '../command-error.js';
import { reasonOf } from '../reason-of.js';

/** A token, good for the next request. */
export type TokenSource = () => Promise<string>;

/**
 * @param service that it is for: each opens one alone
 * @param file holds a token; read for each request, so that whoever renews it there is followed
 * @throws {CommandError} when there is none of the three
 */
export async function entraToken(
  service: 'https://management.azure.com' | 'https://communication.azure.com',
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<TokenSource> {
  if (file !== undefined) {
    return async () => asToken(await read(file), `the file of --token-file`);
  }
  const { AZURE_ACCESS_TOKEN: token, AZURE_TENANT_ID: tenant, AZURE_CLIENT_ID: client } = environment;
  if (token !== undefined && token !== '') {
    return async () => asToken(token, 'AZURE_ACCESS_TOKEN');
  }
  if (tenant === undefined || client === undefined) {
    throw new CommandError(
      'A token of Entra ID is missing: set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or AZURE_ACCESS_TOKEN, or name a file with --token-file.',
    );
  }
  return fromApplication(service, environment['AZURE_AUTHORITY_HOST']);
}

/** The library takes long to load, and most commands do without. */
async function fromApplication(service: string, authorityHost: string | undefined): Promise<TokenSource> {
  const { AzureAuthorityHosts, EnvironmentCredential } = await import('@azure/identity');
  const isMicrosoft = authorityHost === undefined || isKnownHost(authorityHost, Object.values(AzureAuthorityHosts));
  // Else it asks Microsoft whether the authority is one of Microsoft's.
  const credential = new EnvironmentCredential({ disableInstanceDiscovery: !isMicrosoft });
  return async () => {
    try {
      const { token } = await credential.getToken(`${service}/.default`);
      return token;
    } catch (error) {
      const [reason = ''] = reasonOf(error)
        .replaceAll(/[^ -~\n]+/g, ' ')
        .split('\n');
      throw new CommandError(
        `No token for ${service} could be had (${reason.slice(0, 300)}); check AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, and AZURE_AUTHORITY_HOST where it is not Microsoft's.`,
      );
    }
  };
}

function isKnownHost(host: string, known: readonly string[]): boolean {
  return URL.canParse(host) && known.some((each) => new URL(each).host === new URL(host).host);
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CommandError(`The token cannot be read (${reasonOf(error)}); name another file: --token-file.`);
  }
}

/** @throws {CommandError} that never quotes it: it is a secret */
function asToken(text: string, where: string): string {
  const token = text.trim();
  if (!/^[\w.~+/-]+=*$/.test(token)) {
    throw new CommandError(`What stands in ${where} is not a token.`);
  }
  return token;
}
