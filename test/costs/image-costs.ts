// What images of a thread cost in storage.
import { accepted } from '../app/chat-calls.js';
import type { TestProcess, TestUser } from '../app/composed-app.js';
import type { CostTable } from './cost-table.js';

/** @param app has just seen the state of the thread */
export async function measureImages(
  table: CostTable,
  app: TestProcess,
  { sender, reader, thread }: { readonly sender: TestUser; readonly reader: TestUser; readonly thread: string },
): Promise<void> {
  const ok = async (answer: ReturnType<TestProcess['call']>) => void accepted(await answer);
  const headers = { 'content-type': 'image/png', 'image-filename': 'tea.png' };
  const params = { chatThreadId: thread };
  let imageId = '';
  await table.measure(
    app,
    {
      operation: 'upload an image',
      condition: 'fresh, up to 1 MiB',
      exactly: { 'blob-write': 2, query: 1, update: 1 },
      formula: '3 + one a MiB; 2 more when the request does not say how large it is',
    },
    async () => {
      const body = Buffer.from('not really an image');
      ({ id: imageId } = accepted(
        await app.call<{ id: string }>('chat-upload-image', { user: sender, params, headers, body }),
      ));
    },
  );
  const image = { ...params, imageId, imageViewType: 'original' };
  await table.measure(
    app,
    { operation: 'view an image', condition: 'always', exactly: { get: 2, 'blob-read': 1 }, formula: '3' },
    () => ok(app.call('chat-view-image', { user: reader, params: image })),
  );
  await table.measure(
    app,
    {
      operation: 'delete an image',
      condition: 'always',
      exactly: { get: 2, 'blob-delete': 1, delete: 1 },
      formula: '4',
    },
    () => ok(app.call('chat-delete-image', { user: sender, params: image })),
  );
}
