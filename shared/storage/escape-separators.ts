// U+2028 and U+2029 are legal in JSON, but Azurite answers 500 to a transaction that holds one unescaped.
import type { PipelinePolicy } from '@azure/core-rest-pipeline';

/**
 * Escapes both separators in textual request bodies. They occur only inside JSON strings there (URLs are
 * percent-encoded), where the escape means the same character. Runs before signing, so the length sent is the new one.
 */
export function escapeSeparatorsPolicy(): PipelinePolicy {
  return {
    name: 'escapeSeparatorsPolicy',
    sendRequest: (request, next) => {
      if (typeof request.body === 'string') {
        request.body = escapeSeparators(request.body);
      }
      return next(request);
    },
  };
}

const separators = /[\u2028\u2029]/g;

/** `text` with U+2028 and U+2029 written as JSON escapes. */
export function escapeSeparators(text: string): string {
  return text.replace(separators, (character) => (character === '\u2028' ? '\\u2028' : '\\u2029'));
}
