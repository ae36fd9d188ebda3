// Whoever may get something may ask for its head (RFC 9110, section 9.3.2); Node.js leaves the body of the answer away.
import type { HttpMethod } from '../../shared/http/index.js';

export function methodsOf(method: HttpMethod): (HttpMethod | 'HEAD')[] {
  return method === 'GET' ? ['GET', 'HEAD'] : [method];
}
