// Where the images of a thread lie: a row beside the log each, and a blob under the thread's key.

/** Rows of images begin with this. */
export const imagePrefix = 'image!';

export function imageBlobName(threadKey: string, imageId: string): string {
  return `${threadKey}/${imageId}`;
}

/** @param blobName as {@link imageBlobName} makes it */
export function threadKeyOfImage(blobName: string): string {
  return blobName.slice(0, blobName.lastIndexOf('/'));
}

/** Ids are opaque, but they become a part of the name of a blob. */
export const imageIdForm = /^[\w-][\w.-]{0,127}$/;
