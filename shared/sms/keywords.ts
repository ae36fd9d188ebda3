// Words by which somebody says that they want no more texts, or texts again. ACS "SMS FAQ" names STOP, START, UNSTOP and HELP;
// the others are those that carriers of North America know for STOP (CTIA, Messaging Principles and Best Practices).

export type Keyword = 'stop' | 'start' | 'help';

const keywords: Readonly<Record<string, Keyword>> = {
  STOP: 'stop',
  STOPALL: 'stop',
  'STOP ALL': 'stop',
  UNSUBSCRIBE: 'stop',
  CANCEL: 'stop',
  END: 'stop',
  QUIT: 'stop',
  START: 'start',
  UNSTOP: 'start',
  HELP: 'help',
};

/** What people put around a word: punctuation, signs, marks, and what nobody sees. */
const between = /[\p{P}\p{S}\p{M}\p{Cf}\s]+/gu;

/**
 * A text that is a keyword and nothing else, in any letters.
 *
 * @example keywordOf('"Stop!"') === 'stop'; keywordOf('Stop all') === 'stop'; keywordOf('Stop it') === undefined
 */
export function keywordOf(text: string): Keyword | undefined {
  const word = text.normalize('NFKC').replace(between, ' ').trim().toUpperCase();
  return Object.hasOwn(keywords, word) ? keywords[word] : undefined;
}
