// The codes in which reports say what became of a text. Source: ACS "Troubleshooting", SMS error codes.

export const deliveryCodes = {
  2000: 'No Error',
  4000: 'Message is rejected due to fraud detection',
  4001: 'Message is rejected due to invalid source number format',
  4002: 'Message is rejected due to invalid destination number format',
  4003: 'Message failed to deliver due to unsupported destination',
  4004: 'Message failed to deliver since destination does not exist',
  4005: 'Message is blocked by the destination carrier',
  4006: 'The destination is not reachable',
  4007: 'Sender blocked for given recipient.',
  4008: 'The message quota is exceeded',
  4009: 'Message is rejected by the entitlement system',
  4010: 'Message is rejected due to the toll-free number not being verified',
  4020: 'Message is rejected due to a carrier volume violation',
  5000: 'Message failed to deliver',
  5001: 'Message failed to deliver due to temporary unavailability of the system',
  5002: 'No delivery report came in time',
  9999: 'Message failed to deliver due to an unknown error',
} as const satisfies Readonly<Record<number, string>>;

export type DeliveryCode = keyof typeof deliveryCodes;

export function isDeliveryCode(code: number): code is DeliveryCode {
  return Object.hasOwn(deliveryCodes, code);
}

/** `2000: No Error` */
export function detailsOf(code: number): string {
  return `${code}: ${isDeliveryCode(code) ? deliveryCodes[code] : deliveryCodes[9999]}`;
}

/** A code that a carrier has said, where it is one of ACS; else the other. */
export function codeOr(said: string | undefined, otherwise: DeliveryCode): DeliveryCode {
  const code = said !== undefined && /^\d{4}$/.test(said) ? Number(said) : 0;
  return isDeliveryCode(code) ? code : otherwise;
}
