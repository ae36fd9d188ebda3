// Which way texts leave the house.
import { Fault } from '../http/index.js';
import { smsFaults } from './faults.js';
import { isMagic } from './phone/magic-numbers.js';

export interface TextRoutes {
  /** @throws {Fault} 503 when there is none */
  requireRoute(): void;
  /** Whose breaker and places count. */
  destinationOf(to: string): string;
}

export const carrierRoutes: TextRoutes = { requireRoute: () => undefined, destinationOf: () => 'carrier' };

export const noRoutes: TextRoutes = {
  requireRoute: () => {
    throw new Fault(smsFaults.noCarrier);
  },
  destinationOf: () => 'carrier',
};

/** In the emulator nothing leaves. Whom nothing reaches on purpose must not close the way to others. */
export const phoneRoutes: TextRoutes = {
  requireRoute: () => undefined,
  destinationOf: (to) => (isMagic(to) ? `phone ${to}` : 'phone'),
};
