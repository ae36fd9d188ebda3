// What a test wants of a mail most: the code to type in, and the link to follow.
import type { ReadMessage } from './read-message.js';

/** Words that stand before a code, in the languages that we could think of; anything else counts when it stands alone. */
const before = /(?:code|pin|otp|passcode|passwort|kennwort|token|código|codice)\b[^\dA-Z]{0,40}/giu;
const digits = /(?<![\w@./:#=&?+-])(\d{3}[ -]\d{3}|\d{4,8})(?![\w@]|[./:-]\d)/gu;

/** @returns without blanks and hyphens; undefined when nothing looks like one */
export function findCode({ text, html }: Pick<ReadMessage, 'text' | 'html'>): string | undefined {
  const words = text ?? wordsOf(html ?? '');
  for (const { index, 0: found } of words.matchAll(before)) {
    const [, code] = /^(\d{3}[ -]\d{3}|\d{4,8}|[A-Z0-9]{5,10})(?![\w])/u.exec(words.slice(index + found.length)) ?? [];
    if (code !== undefined && /\d/.test(code)) {
      return code.replaceAll(/[ -]/g, '');
    }
  }
  const [first] = words.matchAll(digits);
  return first?.[1]?.replaceAll(/[ -]/g, '');
}

/** Links that a person could follow, in the order in which they stand there. */
export function findLinks({ text, html }: Pick<ReadMessage, 'text' | 'html'>): readonly string[] {
  const inHtml = [...(html ?? '').matchAll(/<a\s[^>]*?href\s*=\s*(?:"([^"]*)"|'([^']*)')/gi)].map(
    ([, double, single]) => decodeEntities(double ?? single ?? ''),
  );
  const inText = [...(text ?? '').matchAll(/https?:\/\/[^\s<>"')\]]+/gi)].map(([link]) =>
    link.replace(/[.,;:!?]+$/, ''),
  );
  const links = inHtml.length > 0 ? inHtml : inText;
  return [...new Set(links.filter((link) => /^https?:\/\//i.test(link)))];
}

/** RFC 2369 and RFC 8058, as large mail providers ask for it. */
export function checkUnsubscribe(headers: ReadMessage['headers']) {
  const valueOf = (name: string) => headers.find((header) => header.name.toLowerCase() === name)?.value;
  const list = valueOf('list-unsubscribe');
  const post = valueOf('list-unsubscribe-post');
  const targets = [...(list ?? '').matchAll(/<([^>]+)>/g)].map(([, target = '']) => target);
  const problems = [
    ...(list === undefined ? ['There is no header List-Unsubscribe.'] : []),
    ...(list !== undefined && targets.length === 0 ? ['List-Unsubscribe names no address in angle brackets.'] : []),
    ...(targets.length > 0 && !targets.some((target) => target.startsWith('https://'))
      ? ['List-Unsubscribe has no https address, which one click needs.']
      : []),
    ...(post?.trim() === 'List-Unsubscribe=One-Click'
      ? []
      : ['There is no header List-Unsubscribe-Post: List-Unsubscribe=One-Click.']),
  ];
  return { isOneClick: problems.length === 0, targets, problems };
}

function wordsOf(html: string): string {
  const visible = html.replaceAll(/<(style|script|head)\b[^>]*>[\s\S]*?<\/\1>/gi, ' ');
  return decodeEntities(visible.replaceAll(/<[^>]*>/g, ' '));
}

function decodeEntities(text: string): string {
  return text
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
