// What the gateway asks, which takes mail by SMTP and keeps nothing: whose user somebody is, whose bounce, and to take them.
// Domicile's own. What is about a resource is asked at its host, so that it counts as the resource's, like mail by HTTP; the
// signature is over the body, so the resource stands there too.
import { z } from 'zod';
import { type Operation, operation } from '../../shared/api/index.js';
import { geographyWebhook, webhook, type WebhookCaller } from '../../shared/auth/index.js';
import {
  emailFaults,
  emailRateLimits,
  findReturnPath,
  isBase64,
  recordBounce,
  type ReturnPathParts,
  sendMail,
  type SendParts,
  type SmtpUsers,
} from '../../shared/email/index.js';
import type { Resource } from '../../shared/geography/index.js';
import { Fault, faults } from '../../shared/http/index.js';
import { gatewaySender } from '../foundation.js';
import { orAbsent } from '../wire/null-and-absent.js';
import { Text } from '../wire/written.js';
import { maxBounceBytes } from './bounces.js';
import type { MailReports } from './reports.js';
import { EmailMessage, HeaderText, Recipients, sendingKeys, toMail } from './wire.js';

const FoundResource = z.object({ resource: Text, host: Text });
const FoundUser = FoundResource.extend({ applicationId: Text, tenantId: Text }).meta({ id: 'GatewayUser' });
const Name = z.string().min(1).max(320);

const GatewayMail = z.strictObject({
  resource: Name,
  username: Name,
  operationId: z.guid().transform((id) => id.toLowerCase()),
  message: EmailMessage,
  senderName: orAbsent(HeaderText.max(256)),
  /** Whom the message names and the envelope does not. */
  shown: Recipients.pick({ to: true, cc: true }),
});

const common = { service: 'gateway' } as const;

export interface GatewayParts {
  readonly users: Pick<SmtpUsers, 'find'>;
  readonly paths: ReturnPathParts;
  readonly sending: SendParts;
  readonly bounces: Parameters<typeof recordBounce>[0];
  readonly maxBodyBytes: number;
  /** Told of each mail that was accepted; must not wait for anything. */
  readonly onSent: MailReports['sent'];
  /** At which the resource answers. */
  hostOf(name: string): Promise<string>;
}

export function gatewayOperations(parts: GatewayParts): Operation[] {
  const { users, paths, sending, bounces, maxBodyBytes, hostOf, onSent } = parts;
  const keys = sendingKeys();
  const messageOf = ({ body }: { readonly body: z.output<typeof GatewayMail> }) => ({ body: body.message });
  return [
    operation({
      ...common,
      auth: geographyWebhook(gatewaySender),
      name: 'email-gateway-find-user',
      summary: 'Tells the gateway whose an SMTP user is, and whose secret its password.',
      route: 'POST gateway/smtpUsers',
      body: z.strictObject({ username: Name }),
      returns: FoundUser,
      ok: async ({ body: { username } }) => {
        const user = await users.find(username);
        if (user === undefined) {
          throw new Fault(emailFaults.noSmtpUser);
        }
        const { resource, applicationId, tenantId } = user;
        return { resource: resource.name, host: await hostOf(resource.name), applicationId, tenantId };
      },
    }),
    operation({
      ...common,
      auth: geographyWebhook(gatewaySender),
      name: 'email-gateway-find-return-path',
      summary: 'Tells the gateway whose mail a bounce is about, by the address that it comes to.',
      route: 'POST gateway/returnPaths',
      body: z.strictObject({ address: Name }),
      returns: FoundResource.meta({ id: 'GatewayReturnPath' }),
      ok: async ({ body: { address } }) => {
        const resource = await findReturnPath(paths, address);
        if (resource === undefined) {
          throw new Fault(emailFaults.unknownBounce);
        }
        return { resource: resource.name, host: await hostOf(resource.name) };
      },
    }),
    operation({
      ...common,
      auth: webhook(gatewaySender),
      name: 'email-gateway-send',
      summary: 'Takes a mail that came by SMTP, like one that came by HTTP.',
      route: 'POST gateway/mails',
      limit: emailRateLimits.sendMail,
      limitKeys: {
        sender: (input) => keys.sender(messageOf(input)),
        domain: (input) => keys.domain(messageOf(input)),
        managedDomain: (input) => keys.managedDomain(messageOf(input)),
      },
      body: GatewayMail,
      // JSON escapes what the message has as it is.
      maxBodyBytes: 2 * maxBodyBytes,
      returns: z.object({ id: Text }).meta({ id: 'GatewayMailAccepted' }),
      accepted: async ({ resource, caller, body, request }) => {
        requireAddressed(resource, caller, body);
        const user = await users.find(body.username);
        if (user?.resource.immutableId !== resource.immutableId) {
          throw new Fault(emailFaults.noSmtpUser);
        }
        const { operationId, message, shown, senderName } = body;
        const mail = { ...toMail(message), senderName, ...(hasAny(shown) && { shown }) };
        const { origin, apiVersion, bodyBytes: size } = request;
        const ids = { operationId, isDerived: true, clientRequestId: undefined };
        const id = await sendMail(sending, resource, { mail, origin, ...ids });
        onSent(resource, mail, { id, size, apiVersion });
        return { id };
      },
    }),
    operation({
      ...common,
      auth: webhook(gatewaySender),
      name: 'email-gateway-report-bounce',
      summary: 'Takes a delivery status notification (RFC 3464) that came by SMTP.',
      route: 'POST gateway/bounces',
      body: z.strictObject({
        resource: Name,
        recipient: Name,
        messageInBase64: z.string().refine(isBase64, 'is no base64'),
      }),
      maxBodyBytes: maxBounceBytes,
      noContent: async ({ resource, caller, body }) => {
        requireAddressed(resource, caller, body);
        const message = Buffer.from(body.messageInBase64, 'base64');
        await recordBounce(bounces, resource.immutableId, message, body.recipient);
      },
    }),
  ];
}

/** Who signs in with Entra ID is no gateway: what else reports here does that. */
function requireAddressed(
  { name }: Resource,
  { subject }: WebhookCaller,
  { resource }: { readonly resource: string },
): void {
  if (subject !== undefined || resource !== name) {
    throw new Fault(faults.forbidden);
  }
}

function hasAny({ to, cc }: { readonly to: readonly unknown[]; readonly cc: readonly unknown[] }): boolean {
  return to.length + cc.length > 0;
}
