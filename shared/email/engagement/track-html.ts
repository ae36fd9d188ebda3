// Puts addresses of ours in the place of the links of an html mail, and a picture at its end. Nothing else of it changes: what
// a mail program makes of every byte is the sender's business, so nothing is parsed and written anew.

export interface TrackedAddresses {
  /** @param target where the link leads; http or https */
  link(target: string): string;
  readonly picture: string;
}

interface Link {
  readonly start: number;
  readonly end: number;
  readonly isQuoted: boolean;
  readonly target: string;
}

/** A longer address stays as it is, as written or as it goes over the wire: ours would be one that not every server takes. */
const maxTargetBytes = 2_000;
/** Each link of ours takes some hundred bytes, however short the one that it stands for. */
const maxLinks = 1_000;
const linkTags = new Set(['a', 'area']);
const valueStart = /\s*=\s*(["']?)/y;

/**
 * The library is loaded with the first mail that is tracked.
 *
 * @returns undefined when it has more links than are led over us
 */
export async function trackHtml(html: string, addresses: TrackedAddresses): Promise<string | undefined> {
  const { links, bodyEnd } = await lookThrough(html);
  if (links.length > maxLinks) {
    return undefined;
  }
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end, isQuoted, target } of links) {
    const address = addresses.link(target);
    pieces.push(html.slice(at, start), isQuoted ? address : `"${address}"`);
    at = end;
  }
  const picture = `<img src="${addresses.picture}" width="1" height="1" alt="">`;
  pieces.push(html.slice(at, bodyEnd), picture, html.slice(bodyEnd));
  return pieces.join('');
}

async function lookThrough(html: string): Promise<{ readonly links: readonly Link[]; readonly bodyEnd: number }> {
  const { Tokenizer } = await import('htmlparser2');
  const links: Link[] = [];
  let tag = '';
  let nameEnd = 0;
  let isAddress = false;
  let value = '';
  let bodyEnd = html.length;
  const nothing = (): void => undefined;
  const tokenizer = new Tokenizer(
    { decodeEntities: true },
    {
      onopentagname: (start, end) => {
        tag = html.slice(start, end).toLowerCase();
      },
      onattribname: (start, end) => {
        isAddress = linkTags.has(tag) && html.slice(start, end).toLowerCase() === 'href';
        nameEnd = end;
        value = '';
      },
      onattribdata: (start, end) => {
        value += isAddress ? html.slice(start, end) : '';
      },
      onattribentity: (codePoint) => {
        value += isAddress ? String.fromCodePoint(codePoint) : '';
      },
      onattribend: () => {
        const isWanted = isAddress && links.length <= maxLinks;
        const link = isWanted ? toLink(html, nameEnd, value) : undefined;
        if (link !== undefined) {
          links.push(link);
        }
      },
      onclosetag: (start, end) => {
        if (html.slice(start, end).toLowerCase() === 'body') {
          bodyEnd = html.lastIndexOf('<', start);
        }
      },
      oncdata: nothing,
      oncomment: nothing,
      ondeclaration: nothing,
      onend: nothing,
      onopentagend: nothing,
      onprocessinginstruction: nothing,
      onselfclosingtag: nothing,
      ontext: nothing,
      ontextentity: nothing,
    },
  );
  tokenizer.write(html);
  tokenizer.end();
  return { links, bodyEnd: Math.max(bodyEnd, links.at(-1)?.end ?? 0) };
}

function toLink(html: string, nameEnd: number, value: string): Link | undefined {
  const target = value.trim();
  if (!/^https?:\/\//i.test(target) || !URL.canParse(target)) {
    return undefined;
  }
  if ([target, new URL(target).href].some((each) => Buffer.byteLength(each) > maxTargetBytes)) {
    return undefined;
  }
  valueStart.lastIndex = nameEnd;
  const [whole = '', quote = ''] = valueStart.exec(html) ?? [];
  const start = nameEnd + whole.length;
  const end = quote === '' ? endOfUnquoted(html, start) : html.indexOf(quote, start);
  return whole === '' || end < start ? undefined : { start, end, isQuoted: quote !== '', target };
}

function endOfUnquoted(html: string, start: number): number {
  const length = html.slice(start).search(/[\s>]/);
  return length < 0 ? html.length : start + length;
}
