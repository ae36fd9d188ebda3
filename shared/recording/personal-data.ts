// What recordings keep, for the data map. A voice cannot be taken out of a recording, so a file goes as a whole as soon as
// anybody in it is erased.
import { byPartition, dataStore, explainKept, type PersonalIdentifier } from '../data-map/index.js';
import { toSeconds } from '../time/instant.js';
import { dropRecordingKind, participantOf } from './model.js';
import type { KeptRecording, Recordings } from './recordings.js';

/** The three forms of ACS: mp4, mp3 and wav. */
const extensions: Readonly<Record<string, string>> = {
  'video/mp4': '.mp4',
  'audio/mp4': '.mp4',
  'audio/mpeg': '.mp3',
  'audio/mp3': '.mp3',
  'audio/wav': '.wav',
};

export const recordings = dataStore<Recordings>({
  name: 'recordings',
  area: 'recording',
  rank: 'content',
  medium: 'blob',
  holds: 'Recorded files of calls, and beside each who takes part in it',
  belongsTo: byPartition,
  personalData: ['voices and pictures of the participants', 'identity ids and phone numbers of the participants'],
  keptFor: '24 hours from the completion of each file, and only until somebody in it is erased',
  locate: async (identifier, { opened, resourceId, now }) => {
    let items = 0;
    let since = Number.POSITIVE_INFINITY;
    let keptUntil = 0;
    for await (const { completedOn, expiresOn } of keptOf(identifier, opened, resourceId, now)) {
      items += 1;
      since = Math.min(since, completedOn);
      keptUntil = Math.max(keptUntil, expiresOn);
    }
    return items === 0 ? { items } : { items, since, keptUntil };
  },
  async *exportItems(identifier, { opened, resourceId, now }) {
    for await (const file of keptOf(identifier, opened, resourceId, now)) {
      const { id, contentType, completedOn, expiresOn, participants } = file;
      yield {
        record: { id, contentType, completedOn: toSeconds(completedOn), expiresOn: toSeconds(expiresOn) },
        file: {
          name: `${id}${extensions[contentType] ?? ''}`,
          open: async () => (await opened.open(resourceId, id))?.content,
        },
        others: participants.filter((each) => each !== rawIdOf(identifier)).map(participantOf),
        keptUntil: expiresOn,
      };
    }
  },
  exportedFields: {
    id: 'Id of a recorded file in which you take part',
    contentType: 'Its form',
    completedOn: 'When it was complete',
    expiresOn: 'When it will be gone',
  },
  erase: async (identifier, { opened, resourceId }, cursor) => {
    const participant = rawIdOf(identifier);
    if (participant === undefined) {
      return { erased: 0 };
    }
    const { files, continuation } = await opened.page(resourceId, participant, cursor);
    for (const { id } of files) {
      await opened.remove(resourceId, id);
    }
    return continuation === undefined ? { erased: files.length } : { erased: files.length, cursor: continuation };
  },
  lateWrites: { settled: ['the upload of a file, when the call or a part of it is over'] },
  eraseResource: ({ opened, resourceId }) => opened.removeAllOf(resourceId),
  expired: { due: { [dropRecordingKind]: (id, { opened }) => opened.drop(id) } },
  explain: {
    kind: 'recording',
    explain: async (id, { opened, resourceId }) => {
      const file = await opened.find(resourceId, id);
      return (
        file &&
        explainKept('A recorded file is kept for 24 hours from its completion.', file.completedOn, file.expiresOn)
      );
    },
  },
});

async function* keptOf(
  identifier: PersonalIdentifier,
  opened: Recordings,
  resourceId: string,
  now: number,
): AsyncGenerator<KeptRecording> {
  const participant = rawIdOf(identifier);
  if (participant === undefined) {
    return;
  }
  for await (const file of opened.allOf(resourceId, participant)) {
    if (now < file.expiresOn) {
      yield file;
    }
  }
}

/** undefined for an identifier that nobody takes part in a call with. */
function rawIdOf(identifier: PersonalIdentifier): string | undefined {
  if (identifier.kind === 'identity') {
    return identifier.rawId;
  }
  return identifier.kind === 'phoneNumber' ? `4:${identifier.e164}` : undefined;
}
