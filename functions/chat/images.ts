// Images of chat threads on the wire; in the service's REST API, not in its SDKs.
import { z } from 'zod';
import { Download, downloadOf, Fault, faults, StreamedBody } from '../../shared/http/index.js';
import { operation } from '../../shared/api/index.js';
import { type ChatParts, chatLimits, deleteImage, uploadImage, viewImage } from '../../shared/chat/index.js';
import { UploadChatImageResult } from './answers.js';
import { anyChatScope, threadPath } from './thread-path.js';

/** Both show the image as it was sent: scaling needs native code (docs/differences.md). */
const views = new Set(['original', 'small']);

const UploadHeaders = z.object({ 'image-filename': z.string().optional(), 'content-type': z.string().optional() });

const Image = downloadOf('image/*');

export function chatImageOperations(chat: ChatParts) {
  return [
    operation({
      name: 'chat-upload-image',
      summary: 'Uploads an image to a thread; the body is the image, its name stands in the header image-filename.',
      service: 'chat',
      route: 'POST chat/threads/{chatThreadId}/images',
      auth: anyChatScope,
      headers: UploadHeaders,
      body: StreamedBody,
      contentTypes: ['image/*'],
      maxBodyBytes: chatLimits.maxImageBytes,
      returns: UploadChatImageResult,
      created: async ({ resource, caller, params, headers, body, request }) => {
        const name = headers['image-filename'];
        const image = { name, contentType: headers['content-type'], content: body, sizeBytes: request.bodyBytes };
        const id = await uploadImage(chat, { resource, caller, threadId: params.chatThreadId }, image);
        return { id, attachmentType: 'inlineImage' as const, name };
      },
      location: ({ id }, { chatThreadId }) => `${threadPath(chatThreadId)}/images/${id}`,
    }),
    operation({
      name: 'chat-view-image',
      summary: 'Gets an image of a thread, in its original or a small view.',
      service: 'chat',
      route: 'GET chat/threads/{chatThreadId}/images/{imageId}/views/{imageViewType}',
      auth: anyChatScope,
      returns: Image,
      ok: async ({ resource, caller, params }) => {
        const access = { resource, caller, threadId: params.chatThreadId };
        if (!views.has(params.imageViewType)) {
          throw new Fault(faults.unknownRoute);
        }
        const { content, contentType, sizeBytes } = await viewImage(chat, access, params.imageId);
        return new Download(content, contentType, sizeBytes);
      },
    }),
    operation({
      name: 'chat-delete-image',
      summary: 'Deletes an image of a thread; by its sender only.',
      service: 'chat',
      route: 'DELETE chat/threads/{chatThreadId}/images/{imageId}',
      auth: anyChatScope,
      noContent: ({ resource, caller, params }) =>
        deleteImage(chat, { resource, caller, threadId: params.chatThreadId }, params.imageId),
    }),
  ];
}
