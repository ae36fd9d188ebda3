// The sample capability as one value, and the lines that one has in the lists of the house.
import { z } from 'zod';
import { type Capability, type RecordKind, stageAction } from '../../../functions/capability.js';
import type { Guest } from '../../../functions/compose-options.js';
import type { Foundation } from '../../../functions/foundation.js';
import { openOutbox } from '../../../functions/open-outbox.js';
import { bind } from '../../../shared/data-map/index.js';
import { clearNotes, clearNotesKind } from './clear-notes.js';
import type { Note } from './model.js';
import { noteOperations } from './notes.js';
import type { SampleParts } from './parts.js';
import { type Lies, sampleNotes, samplePosts } from './personal-data.js';
import { Outside, type Post, postsTo } from './post-note.js';
import { sampleRateLimits } from './rate-limits.js';
import { NoteStore } from './store.js';
import { writeNote } from './write-note.js';

const NoteRecord = z.object({ id: z.string(), author: z.string(), text: z.string(), writtenOn: z.number() });

function noteRecords(notes: NoteStore): RecordKind<Note> {
  return {
    name: 'sample-notes',
    schema: NoteRecord,
    give: ({ immutableId }) => notes.all(immutableId),
    take: ({ immutableId }, note) => notes.add(immutableId, note),
  };
}

/** @param lies what a test makes it say that is not so */
export function sampleGuest(
  outside = new Outside(),
  lies: Lies & { readonly answersUndeclared?: boolean } = {},
): Guest {
  const notesStore = sampleNotes(lies);
  return {
    stores: [notesStore, samplePosts.deliveries, samplePosts.bodies, samplePosts.due, samplePosts.queue],
    budgets: Object.values(sampleRateLimits),
    compose: (foundation: Foundation): Capability => {
      const { storage, clock, ids, due, jobs, longRunning, burials, directory } = foundation;
      const notes = new NoteStore(storage.table(notesStore));
      const posts = openOutbox<Post>(foundation, samplePosts, postsTo(outside));
      const parts: SampleParts = {
        clock,
        ids,
        due,
        notes,
        posts: posts.outbox,
        jobs,
        operations: longRunning,
        settle: lies.forgetsToSettle ? async () => true : (...settled) => burials.settle(...settled),
      };
      return {
        name: 'sample',
        stores: [bind(notesStore, notes), ...posts.stores],
        operations: noteOperations(parts, lies.answersUndeclared),
        jobs: { [clearNotesKind]: clearNotes(parts) },
        triggers: posts.triggers,
        records: [noteRecords(notes) as RecordKind],
        stage: [
          stageAction({
            name: 'arriving-note',
            summary: 'Somebody outside writes a note to the resource.',
            input: z.strictObject({ author: z.string().min(1), text: z.string().min(1) }),
            run: async (input) => writeNote(parts, (await directory.default()).immutableId, input),
          }),
        ],
        health: () => posts.health(),
        forget: () => posts.forget(),
        stop: (limitMs) => posts.stop(limitMs),
      };
    },
  };
}
