// How addresses look that bounces come back to, whoever's they are.

export const returnPathForm = /^bounce-([a-z2-7]{26})-([a-z2-7]{16})(?:@|$)/;

export function isReturnPath(address: string): boolean {
  return returnPathForm.test(address.toLowerCase());
}
