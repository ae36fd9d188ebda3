// What the live client of the chat SDK is answered. It has no published contract: see what the client reads.
import { z } from 'zod';
import { Text } from '../wire/written.js';

export const RealTimeNotificationConfiguration = z
  .object({ trouterServiceUrl: Text, registrarServiceUrl: Text, cloudType: Text })
  .meta({ id: 'RealTimeNotificationConfiguration' });

export const LiveSession = z
  .object({
    socketio: Text,
    url: Text,
    surl: Text,
    curlb: Text,
    id: Text,
    ccid: Text,
    ttl: Text,
    /** Come back with what the client asks next. */
    connectparams: z.record(Text, Text),
  })
  .meta({ id: 'LiveSession' });
