// Somebody's data in every store of the sample capability, as its operations put it there.
import type { ComposedApp } from '../../../functions/compose.js';
import { callApp } from '../../app/call-app.js';
import type { Outside } from './post-note.js';

/** A note of hers; and another that waits to be posted to her address, because nobody outside takes anything. */
export async function plantSample(
  app: ComposedApp,
  outside: Outside,
  { rawId, email, text }: { readonly rawId: string; readonly email: string; readonly text: string },
): Promise<void> {
  outside.isOpen = false;
  const body = { author: rawId, text };
  const { body: note } = await callApp(app, 'sample-write-note', { body });
  const attachment = text.repeat(Math.ceil(300_000 / text.length));
  await callApp(app, 'sample-post-note', { params: { noteId: note.id }, body: { address: email, attachment } });
}
