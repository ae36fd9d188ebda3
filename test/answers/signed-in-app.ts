// A composed app, with the sample capability and an issuer of Entra ID whose tokens have every right in it.
import { randomBytes, randomUUID } from 'node:crypto';
import { type ComposeOnOptions, composeOn } from '../app/call-app.js';
import { startTestIssuer } from '../auth/entra-issuer.js';
import { sampleGuest } from '../house/sample-capability/capability.js';
import { startSocketService } from '../realtime/socket-service.js';
import { startAzurite } from '../storage/azurite.js';

export async function startSignedInApp(reportFailure: NonNullable<ComposeOnOptions['reportFailure']>) {
  const [azurite, issuer, socketService] = await Promise.all([
    startAzurite(),
    startTestIssuer(Math.floor(Date.now() / 1000) * 1000),
    startSocketService(),
  ]);
  /** The application that may do everything. */
  const application = randomUUID();
  const gatewaySecret = randomBytes(32);
  const textSecret = randomBytes(32);
  const mediaSecret = randomBytes(32);
  const app = await composeOn(azurite.connectionString, {
    guest: sampleGuest(),
    hearingMs: 0,
    settings: {
      DOMICILE_DOMAIN: 'acs.example',
      DOMICILE_GATEWAY_SECRETS: gatewaySecret.toString('base64'),
      DOMICILE_SMS_SECRETS: textSecret.toString('base64'),
      DOMICILE_CALLING_SECRETS: mediaSecret.toString('base64'),
      DOMICILE_ENTRA_TENANT: issuer.tenantId,
      DOMICILE_ENTRA_AUTHORITY: issuer.authorityHost,
      DOMICILE_ENTRA_MANAGE: application,
      DOMICILE_ENTRA_PRIVACY: application,
      DOMICILE_ENTRA_UPSTREAM: application,
      DOMICILE_ENTRA_USER_APPLICATIONS: application,
      DOMICILE_REALTIME: socketService.setting,
    },
    reportFailure,
  });
  await app.provision();
  return { app, azurite, issuer, application, socketService, gatewaySecret, textSecret, mediaSecret };
}
