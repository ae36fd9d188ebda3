// A media server of the operator's own: it gets commands as signed JSON by HTTP, and reports what happens. docs/calling.md
// has the contract. The address is the operator's, not a caller's.
import { z } from 'zod';
import { signWebhook, webhookSignatureHeader } from '../auth/index.js';
import type { Clock } from '../time/clock.js';
import type { MediaPlane } from './media-plane.js';
import type { Call } from './model.js';

export interface HttpMediaPlaneOptions {
  readonly url: string;
  /** Signs what is sent: the first of those that are shared with the media server. */
  readonly secret: Buffer;
  readonly clock: Pick<Clock, 'realNow'>;
  /** By which applications know who opens a stream to them: made when the order is handed over, kept nowhere. */
  tokenFor?(resourceId: string): string;
}

const timeLimitMs = 5_000;
const maxAnswerBytes = 1_048_576;
const Lost = z.object({ lost: z.array(z.string().max(128)).max(1_000) });

/** How the media server knows a call: of this geography, and to be handed back as it is. */
export function nameOfCall({ resourceId, key }: Pick<Call, 'resourceId' | 'key'>): string {
  return `${resourceId}.${key}`;
}

export function readNameOfCall(name: string): Pick<Call, 'resourceId' | 'key'> | undefined {
  const [, resourceId, key] = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([0-9a-f]{16})$/.exec(name) ?? [];
  return resourceId === undefined || key === undefined ? undefined : { resourceId, key };
}

export function httpMediaPlane({ url, secret, clock, tokenFor }: HttpMediaPlaneOptions): MediaPlane {
  const ask = async (question: object): Promise<string> => {
    const body = Buffer.from(JSON.stringify(question));
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [webhookSignatureHeader]: signWebhook(secret, body, clock.realNow()),
      },
      body: new Uint8Array(body),
      redirect: 'error',
      signal: AbortSignal.timeout(timeLimitMs),
    });
    const text = await readText(answer);
    if (!answer.ok) {
      throw new Error(`The media server has answered ${answer.status}.`);
    }
    return text;
  };
  return {
    foresee: () => [],
    react: () => [],
    send: async (call, commands) => {
      const { serverCallId, correlationId, resourceId } = call;
      const told = commands.map((command) =>
        command.do === 'start-stream' || command.do === 'start-transcript'
          ? { ...command, token: tokenFor?.(resourceId) }
          : command,
      );
      await ask({ call: nameOfCall(call), serverCallId, correlationId, commands: told });
    },
    lost: async (calls) => {
      const { lost } = Lost.parse(JSON.parse(await ask({ areThere: calls.map(nameOfCall) })));
      return lost.flatMap((name) => readNameOfCall(name)?.key ?? []);
    },
  };
}

/** @throws {Error} when it is longer than an answer can be */
async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maxAnswerBytes) {
      throw new Error('The answer of the media server is too long.');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
