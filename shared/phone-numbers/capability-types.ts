// What a number can be used for, and whether that is enough.
import type { CapabilityType, NumberCapabilities } from './model.js';

const directions: Readonly<Record<CapabilityType, readonly string[]>> = {
  none: [],
  inbound: ['inbound'],
  outbound: ['outbound'],
  'inbound+outbound': ['inbound', 'outbound'],
};

/** Whether what is offered has all that is wanted; what is not named is not wanted. */
export function covers(offered: NumberCapabilities, wanted: Partial<NumberCapabilities>): boolean {
  const has = (one: CapabilityType, other: CapabilityType = 'none') =>
    directions[other].every((direction) => directions[one].includes(direction));
  return has(offered.calling, wanted.calling) && has(offered.sms, wanted.sms);
}
