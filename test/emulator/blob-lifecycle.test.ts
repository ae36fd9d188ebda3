import { BlobServiceClient } from '@azure/storage-blob';
import { startEmulator } from 'acs-domicile/emulator';
import { expect, it } from 'vitest';

it('The emulator runs the lifecycle rules of blobs by the product time, beside the sweep and a day late', async () => {
  await using emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
  const storage = BlobServiceClient.fromConnectionString(emulator.ready.geographies['europe']?.storage ?? '');
  // Nothing in the due index leads to them, as if the sweep had lost them.
  const put = async (container: string) => {
    const blob = storage.getContainerClient(container).getBlockBlobClient('left/behind');
    await blob.upload('sound', 5, { metadata: { createdon: String(Date.now()) } });
    return blob;
  };
  const [recording, archive, image] = [await put('recordings'), await put('exports'), await put('chatimages')];
  await emulator.clock.advance('PT47H');
  expect(await recording.exists()).toBe(true);
  await emulator.clock.advance('P2D');
  expect(await Promise.all([recording, archive, image].map((blob) => blob.exists()))).toEqual([false, false, true]);
});
