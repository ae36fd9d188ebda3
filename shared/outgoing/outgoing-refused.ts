// An address that must not be asked. Nothing has left when this is thrown.
export class OutgoingRefused extends Error {
  override readonly name = 'OutgoingRefused';
  readonly code = 'EREFUSED_ADDRESS';

  constructor() {
    super('The address is none that this service asks.');
  }
}

/** Also where it was thrown inside a connection. */
export function isRefusedAddress(failure: unknown): boolean {
  if (failure instanceof OutgoingRefused) {
    return true;
  }
  const { cause, errors } = (failure ?? {}) as { readonly cause?: unknown; readonly errors?: readonly unknown[] };
  return cause instanceof OutgoingRefused || errors?.some((each) => each instanceof OutgoingRefused) === true;
}
