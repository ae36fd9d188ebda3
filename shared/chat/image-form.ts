// What an image is by its first bytes. Source: the specifications of PNG, JPEG (JFIF), GIF and WebP.

export interface ImageForm {
  readonly name: string;
  /** Of a file, with its dot. */
  readonly extension: string;
}

/** So many bytes tell each of them. */
export const longestSignature = 12;

/** undefined for anything that chat does not take as an image. */
export function formOfImage(start: Buffer): ImageForm | undefined {
  const text = start.toString('latin1', 0, longestSignature);
  if (text.startsWith('\x89PNG\r\n\x1a\n')) {
    return { name: 'image/png', extension: '.png' };
  }
  if (text.startsWith('\xff\xd8\xff')) {
    return { name: 'image/jpeg', extension: '.jpg' };
  }
  if (/^GIF8[79]a/.test(text)) {
    return { name: 'image/gif', extension: '.gif' };
  }
  return /^RIFF.{4}WEBP/s.test(text) ? { name: 'image/webp', extension: '.webp' } : undefined;
}
