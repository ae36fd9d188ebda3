// How many texts may be sent. Source: ACS "Service limits", SMS: toll-free 200 a number and minute, alphanumeric senders 600
// a resource and minute; of other numbers no figure is published, they have that of toll-free ones. Counted by recipient.
import { body, perResource, rateLimits } from '../api/limits/index.js';

export const smsRateLimits = {
  ...rateLimits('sms', {
    sendTexts: [
      { per: body('number'), count: 200, window: '1m' },
      { per: body('alphanumeric'), count: 600, window: '1m' },
    ],
  }),
  /** Own figure: ACS publishes none. */
  ...rateLimits('sms', { askAbout: [perResource(600, '1m')] }),
};
