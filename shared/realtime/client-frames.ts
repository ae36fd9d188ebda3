// What a client says over its connection, and what it is answered.
import { z } from 'zod';
import { ackFrame, type Frame, parseFrames } from './frames.js';

/** Parameters of a session of ours that come back with the client's first words: at which resource it was opened, and how. */
const SessionPlace = z.object({
  /** Name of the resource. */
  resource: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  /** As the client addressed it. */
  host: z.string().max(300),
});

export type SessionPlace = z.output<typeof SessionPlace>;

const Asked = z.object({
  name: z.literal('user.authenticate'),
  args: z.tuple([
    z.object({
      headers: z.record(z.string(), z.string()),
      connectparams: SessionPlace,
    }),
  ]),
});

export interface ClientWords {
  /** Acknowledgements: each event that wants one gets one, or the client takes the connection for dead. */
  readonly acks: readonly string[];
  /** With what it wants to be let in. */
  readonly asks?: { readonly token: string } & SessionPlace;
  /** It goes. */
  readonly isGoing: boolean;
  /** Results of notifications that the client could not read: a mistake of ours. */
  readonly unread: number;
}

export function readClientFrames(text: string): ClientWords {
  const frames = parseFrames(text);
  const acks = frames.flatMap(({ type, id, wantsAck }) => (type === 5 && wantsAck && id !== undefined ? [id] : []));
  const asks = frames.map(askedBy).find((found) => found !== undefined);
  return {
    acks: acks.map(ackFrame),
    ...(asks !== undefined && { asks }),
    isGoing: frames.some(({ type }) => type === 0),
    unread: frames.filter(isUnread).length,
  };
}

function askedBy({ type, data }: Frame): ClientWords['asks'] {
  const event = type === 5 ? Asked.safeParse(jsonOf(data)).data : undefined;
  if (event === undefined) {
    return undefined;
  }
  const [{ headers, connectparams }] = event.args;
  const token = Object.entries(headers).find(([name]) => name.toLowerCase() === 'x-skypetoken')?.[1];
  return token === undefined ? undefined : { token, ...connectparams };
}

/** `404`: an event of which the client knows nothing, or which it could not take apart. */
function isUnread({ type, data }: Frame): boolean {
  return type === 3 && (jsonOf(data) as { readonly status?: unknown } | undefined)?.status === 404;
}

function jsonOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
