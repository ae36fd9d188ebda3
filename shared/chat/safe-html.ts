// Html without anything that could run on a reader's machine, or load from elsewhere by being shown: whoever opens a message
// must not tell another server when and from where. What is left stands in docs/differences.md.
import { imageIdForm } from './image-names.js';

/** What images may be shown: those of the thread, at the address that its people use. */
export interface ImageHome {
  /** Scheme, host and port of the request. */
  readonly origin: string;
  readonly threadId: string;
}

const imagePath = /^\/chat\/threads\/([^/]+)\/images\/([^/]+)\/views\/(?:original|small)$/;

/** The library is loaded when the first html message comes: most threads never see one. */
export async function safeHtml(html: string, home: ImageHome): Promise<string> {
  const { default: sanitizeHtml } = await import('sanitize-html');
  return sanitizeHtml(html, {
    allowedTags: [...sanitizeHtml.defaults.allowedTags, 'img', 'del', 'ins'],
    // None of these loads anything but `src`: no `style`, `srcset`, `background`, `poster`, `ping`.
    allowedAttributes: {
      a: ['href', 'name', 'title', 'target', 'rel'],
      img: ['src', 'alt', 'title', 'width', 'height', 'id', 'itemscope', 'itemtype', 'data-*'],
      '*': ['dir', 'lang'],
    },
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowedSchemesByTag: { img: ['http', 'https'] },
    disallowedTagsMode: 'discard',
    transformTags: {
      a: sanitizeHtml.simpleTransform('a', { rel: 'noopener noreferrer' }),
      img: (tagName, { src, ...attribs }) => {
        const own = src === undefined ? undefined : ownAddress(src, home);
        return { tagName, attribs: own === undefined ? attribs : { ...attribs, src: own } };
      },
    },
  });
}

/** The address of an image of the thread, as it is resolved; undefined for any other. */
function ownAddress(src: string, { origin, threadId }: ImageHome): string | undefined {
  if (!URL.canParse(src)) {
    return undefined;
  }
  const url = new URL(src);
  if (url.origin !== new URL(origin).origin || url.username !== '' || url.password !== '') {
    return undefined;
  }
  const [, thread = '', image = ''] = imagePath.exec(url.pathname) ?? [];
  return thread !== '' && decoded(thread) === threadId && imageIdForm.test(image) ? url.href : undefined;
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
