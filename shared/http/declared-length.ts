// How long a request says that its body is (RFC 9112, section 6.3). Platforms hold clients to it.
import type { ApiRequest } from './http.js';

/** Bytes; 0 without a body, undefined when it has one of unknown length. */
export function declaredLength({ header }: Pick<ApiRequest, 'header'>): number | undefined {
  const declared = header('content-length');
  if (declared === undefined) {
    return header('transfer-encoding') === undefined ? 0 : undefined;
  }
  return /^\d{1,15}$/.test(declared) ? Number(declared) : undefined;
}
