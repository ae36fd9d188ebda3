// Addresses and numbers on the wire, as every API takes them: what is let in here, and kept, can be identified.
import { z } from 'zod';
import { parseAddress, parsePhoneNumber } from '../../shared/data-map/index.js';

/** As it was written; compared without regard to case. */
export const EmailAddress = z
  .string()
  .max(320)
  .refine((text) => parseAddress(text) !== undefined, { message: 'is no email address' });

/** E.164, with the plus sign. */
export const PhoneNumber = z
  .string()
  .max(16)
  .refine((text) => parsePhoneNumber(text) !== undefined, { message: 'is no phone number in the form +43...' });
