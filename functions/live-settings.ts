// The setting about live chat: where the WebSockets are kept, or that there are none.
import { z } from 'zod';
import type { WebPubSubSettings } from '../shared/realtime/index.js';
import { isLoopback } from '../shared/storage/index.js';

export type LiveConfig =
  | { readonly kind: 'off' }
  | { readonly kind: 'longpoll' }
  | { readonly kind: 'webPubSub'; readonly settings: WebPubSubSettings };

const Address = z
  .url()
  .refine((text) => text.startsWith('https:') || isLoopback(text))
  .transform((text) => new URL(text).origin);

const WebPubSub = z.strictObject({
  endpoint: Address,
  /** Where something stands before it for clients. */
  clientEndpoint: Address.optional(),
  hub: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]{0,126}$/)
    .default('acs'),
  /** In Azure nobody has one: the app is known by its managed identity. */
  key: z.string().min(16).optional(),
});

/** `off`, `longpoll`, or a JSON object. */
export const LiveSetting = z.string().transform((text, context) => {
  if (text === 'off' || text === 'longpoll') {
    return text;
  }
  try {
    return WebPubSub.parse(JSON.parse(text));
  } catch {
    // The parser's own message quotes the text.
    context.addIssue({
      code: 'custom',
      message:
        'is neither off, longpoll nor a JSON object of {"endpoint", "hub"} of a Web PubSub, with an https address',
    });
    return z.NEVER;
  }
});

/** @param clientId of the app's own identity; undefined for the system-assigned one */
export function liveConfig(setting: z.output<typeof LiveSetting>, clientId: string | undefined): LiveConfig {
  if (typeof setting === 'string') {
    return { kind: setting };
  }
  const { endpoint, clientEndpoint, hub, key } = setting;
  const credential =
    key === undefined ? ({ kind: 'managedIdentity', clientId } as const) : ({ kind: 'key', key } as const);
  return { kind: 'webPubSub', settings: { endpoint, clientEndpoint, hub, credential } };
}
