// Azurite mishandles some legal JSON text in table requests; escaped, it means the same and arrives whole everywhere.
import type { PipelinePolicy } from '@azure/core-rest-pipeline';

/**
 * Escapes in the bodies of table requests what Azurite cannot take raw:
 * - in a transaction U+2028 and U+2029, to which it answers 500;
 * - in the request for a single row everything beyond ASCII: it decodes each network chunk by itself, and so spoils a
 *   character that lies across two of them (rows of over 64 KB, sometimes smaller ones), and confirms the write.
 *
 * Text beyond ASCII occurs only inside JSON strings there, since URLs are percent-encoded. To be placed ahead of
 * signing, which sets the length.
 */
export function escapeTextPolicy(): PipelinePolicy {
  return {
    name: 'escapeTextPolicy',
    sendRequest: (request, next) => {
      if (typeof request.body === 'string') {
        const isTransaction = request.url.endsWith('/$batch');
        request.body = isTransaction ? escapeSeparators(request.body) : escapeBeyondAscii(request.body);
      }
      return next(request);
    },
  };
}

/** `json` with U+2028 and U+2029 written as escapes. */
export function escapeSeparators(json: string): string {
  return json.replace(/[\u2028\u2029]/g, toEscape);
}

function escapeBeyondAscii(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, toEscape);
}

function toEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
