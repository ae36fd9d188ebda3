// One line for a request that was answered: what was called and how it ended. Never an id, an address or content.
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Which requests are told of: all, those that were refused or failed, or none. */
export const requestLogs = ['requests', 'errors', 'off'] as const;
export type RequestLog = (typeof requestLogs)[number];

/** Longer codes are not codes. */
const maxCodeLength = 80;

/**
 * Tells of the answer once it is through, or the client has gone.
 *
 * @param operation name of the function that answers; undefined when there is none for such a request
 */
export function logAnswer(
  { method = '' }: IncomingMessage,
  response: ServerResponse,
  operation: string | undefined,
  which: RequestLog,
  tell: (line: string) => void,
): void {
  if (which === 'off') {
    return;
  }
  const since = performance.now();
  response.once('close', () => {
    if (which === 'errors' && response.headersSent && response.statusCode < 400) {
      return;
    }
    const outcome = response.headersSent ? outcomeOf(response) : 'the client hung up';
    const ms = Math.round(performance.now() - since);
    tell(`${method} ${operation ?? '(no such route)'} ${outcome} ${ms} ms${waitOf(response)}`);
  });
}

function outcomeOf(response: ServerResponse): string {
  const code = response.getHeader('x-ms-error-code');
  const isCode = typeof code === 'string' && code.length <= maxCodeLength && /^[\w.-]+$/.test(code);
  return isCode ? `${response.statusCode} ${code}` : String(response.statusCode);
}

/** An SDK waits as long as it is told, and says nothing meanwhile. */
function waitOf(response: ServerResponse): string {
  const seconds = Number(response.getHeader('retry-after'));
  return response.statusCode === 429 && seconds > 0 ? `; the client is told to wait ${seconds} s` : '';
}
