// What is known of a connection while it is open: it rides along with the connection at the service that keeps it, and comes
// back with every word of the client. It says whether the token is still good that let the client in.
import { z } from 'zod';

const State = z.strictObject({
  /** Name of the resource. */
  resource: z.string(),
  /** Its immutable id. */
  resourceId: z.string(),
  /** Keyed hash; absent where the service calls them by it. */
  user: z.string().optional(),
  generation: z.int(),
  key: z.strictObject({ slot: z.enum(['primary', 'secondary']), generation: z.int() }).optional(),
  /** When the token expires, product ms. */
  until: z.number(),
});

export type ConnectionState = z.output<typeof State>;

/** For the header `ce-connectionState`. */
export function writeConnectionState(state: ConnectionState): string {
  return Buffer.from(JSON.stringify(state)).toString('base64');
}

/** undefined for what is none. */
export function readConnectionState(text: string | undefined): ConnectionState | undefined {
  try {
    return State.safeParse(JSON.parse(Buffer.from(text ?? '', 'base64').toString())).data;
  } catch {
    return undefined;
  }
}
