// Errors of live chat.
import { catalogue } from '../http/index.js';

export const liveFaults = catalogue({
  off: {
    status: 501,
    code: 'RealTimeNotificationsOff',
    message:
      'Real-time notifications are off here. Whoever runs this service switches them on with the setting DOMICILE_REALTIME.',
  },
});
