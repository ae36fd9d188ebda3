// What a reservation is now, whether or not a sweep has come by.
import type { NumberReservation, ReservationStatus } from './model.js';

export function statusOf({ status, expiresOn }: NumberReservation, now: number): ReservationStatus {
  return status === 'active' && expiresOn <= now ? 'expired' : status;
}
