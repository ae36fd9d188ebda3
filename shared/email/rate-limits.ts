// How often mail may be sent and asked about. Source: ACS "Service limits", email, "Rate limits": custom domains, and the
// domain that is managed by Azure. Counted a domain here; ACS counts a subscription.
import { body, perResource, type Rate, rateLimits, type WindowName } from '../api/limits/index.js';

const perDomain = (count: number, window: WindowName): Rate => ({ per: body('domain'), count, window });
const perManaged = (count: number, window: WindowName): Rate => ({ per: body('managedDomain'), count, window });

export const emailRateLimits = {
  /** Own figures may count by the sender too. */
  ...rateLimits(
    'email',
    { sendMail: [perDomain(30, '1m'), perDomain(100, '1h'), perManaged(5, '1m'), perManaged(10, '1h')] },
    [body('sender')],
  ),
  /** From which domain a mail was sent is not known when it is asked about. */
  ...rateLimits('email', { getStatus: [perResource(60, '1m'), perResource(200, '1h')] }),
};
