// The gateway, when wanted: one container that is always there, with an address of its own, because no app service takes
// connections that are not HTTP. https://learn.microsoft.com/azure/container-instances/container-instances-overview
import { defaultHostOf, type StackNames } from './names.js';
import type { StackOptions } from './options.js';
import type { SecretFacts } from './settings.js';

/** What of it is in the stack's configuration and shown to nobody. */
export interface GatewaySecrets {
  /** One shared with the app, or two, the newest first. */
  readonly secrets: string;
  /** Key and certificates of its name, PEM, in one text. */
  readonly tls: string;
  /** For text messages, when there is all of it: the password of the account, and one shared with the app, or two. */
  readonly smpp: { readonly password: string; readonly secrets: string } | undefined;
}

export interface GatewayPlan {
  readonly image: string;
  /** Of an Azure container registry that the gateway's identity may pull from; undefined where anybody may. */
  readonly registry: string | undefined;
  /** First part of its address. */
  readonly dnsLabel: string;
  readonly ports: readonly number[];
  readonly hasTexts: boolean;
  readonly cpu: number;
  readonly memoryInGB: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** `texts` is where the app hands text messages over, signed and by HTTPS. */
export const gatewayPorts = { submission: 587, bounces: 25, texts: 8025 } as const;

export function gatewayOf(
  { gateway, smpp, settings }: Pick<StackOptions, 'gateway' | 'smpp' | 'settings'>,
  names: Pick<StackNames, 'functionApp'>,
  { mailMegabytes }: Pick<SecretFacts, 'mailMegabytes'>,
): GatewayPlan | undefined {
  if (gateway === undefined) {
    return undefined;
  }
  const { image, hostName } = gateway;
  const [registry = ''] = image.split('/');
  const { submission, bounces, texts } = gatewayPorts;
  const authority = settings['DOMICILE_ENTRA_AUTHORITY'];
  return {
    image,
    registry: registry.endsWith('.azurecr.io') ? registry : undefined,
    dnsLabel: names.functionApp,
    ports: [submission, bounces, ...(smpp === undefined ? [] : [texts])],
    hasTexts: smpp !== undefined,
    cpu: 1,
    // Two large messages are worked on at once, and what is held beside them is bounded.
    memoryInGB: 1,
    environment: {
      GATEWAY_APP: `https://${defaultHostOf(names)}`,
      GATEWAY_NAME: hostName,
      GATEWAY_SUBMISSION_PORT: String(submission),
      GATEWAY_BOUNCE_PORT: String(bounces),
      // As large as the app takes them, so that both say the same.
      ...(mailMegabytes !== undefined && { GATEWAY_MAX_MEGABYTES: String(mailMegabytes) }),
      ...(authority !== undefined && { GATEWAY_AUTHORITY: authority }),
      ...(smpp !== undefined && { ...smpp, GATEWAY_SMPP_LISTEN: `https://0.0.0.0:${texts}` }),
    },
  };
}
