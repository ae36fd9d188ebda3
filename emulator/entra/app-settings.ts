// What the function apps are told about the emulator's issuer.
import type { IssuerServer } from './issuer-server.js';

/** @param caPath of the local CA, which the issuer's certificate comes from */
export function entraSettings({ authorityHost, tenant }: IssuerServer, caPath: string): Record<string, string> {
  const { tenantId, owner, reader } = tenant;
  return {
    DOMICILE_ENTRA_TENANT: tenantId,
    DOMICILE_ENTRA_AUTHORITY: authorityHost,
    DOMICILE_ENTRA_CA: caPath,
    DOMICILE_ENTRA_READ: reader.clientId,
    DOMICILE_ENTRA_MANAGE: owner.clientId,
    DOMICILE_ENTRA_DATA: owner.clientId,
    DOMICILE_ENTRA_PRIVACY: owner.clientId,
    DOMICILE_ENTRA_RESTORE: owner.clientId,
    DOMICILE_ENTRA_UPSTREAM: owner.clientId,
    DOMICILE_ENTRA_USER_APPLICATIONS: owner.clientId,
  };
}
