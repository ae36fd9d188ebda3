// Incoming calls that nobody has taken: what the application is handed, to hand back when it answers, redirects or rejects.
// Signed, good for one call of one resource, once.
import { z } from 'zod';
import { signJws, type SigningKeys, verifyJws } from '../auth/index.js';
import { Fault } from '../http/index.js';
import { callFaults } from './faults.js';

const contextType = 'incoming-call+jwt';
const maxContextCharacters = 4_096;

const Context = z.strictObject({ res: z.string(), key: z.string(), nonce: z.string(), exp: z.int() });

export interface OfferRef {
  readonly resourceId: string;
  readonly key: string;
  readonly nonce: string;
}

export class Offers {
  readonly #keys: Pick<SigningKeys, 'current' | 'publicKeys'>;

  constructor(keys: Pick<SigningKeys, 'current' | 'publicKeys'>) {
    this.#keys = keys;
  }

  /** @param until product ms */
  issue({ resourceId, key, nonce }: OfferRef, until: number): string {
    return signJws(this.#keys, contextType, { res: resourceId, key, nonce, exp: Math.ceil(until / 1_000) });
  }

  /**
   * @param now product ms
   * @throws {Fault} 400 for what is none of ours, 404 when its time is over
   */
  read(context: string, resourceId: string, now: number): OfferRef {
    const payload =
      context.length > maxContextCharacters ? undefined : verifyJws(context, contextType, this.#keys.publicKeys);
    const read = Context.safeParse(payload).data;
    if (read === undefined || read.res !== resourceId) {
      throw new Fault(callFaults.invalid, { message: 'The field IncomingCallContext is invalid.' });
    }
    if (read.exp * 1_000 <= now) {
      throw new Fault(callFaults.offerGone);
    }
    return { resourceId, key: read.key, nonce: read.nonce };
  }
}
