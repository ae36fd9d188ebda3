// Writes docs/data-residency.md from the data map, for a data-protection officer.
import { type BoundStore, dataAreas } from '../../shared/data-map/index.js';

const intro = `# What is stored where, and how long

<!-- Made by \`npm run docs\` from the data map in the code. Do not edit; a test fails when it is stale. -->

For data-protection officers. Domicile can open no table, container or queue that is not declared below; so this page is
complete.

**Where.** A resource is made in one geography for ever. Everything at rest about it lies in that geography's storage
account and nowhere else: one account and one app a geography, and an app has the credentials of its own account only.
The [geographies](geographies.md) and their regions are closed lists.

**Who.** Whoever runs Domicile decides why and how data is processed, and is the controller, or the processor of a
customer who does. The cloud that the storage account belongs to is a processor. Nobody else takes part: Domicile sends
nothing to its authors.

**Rights.** An owner of a resource can, for a person or for single identifiers:

| Right | How |
|---|---|
| Access: where is something, how much, until when | \`POST /persons/{personId}/:identify\`, \`POST /privacy/:identify\` |
| Copy | \`:export\`: a zip that a human can read offline, kept for a day |
| Erasure | \`:erase\`: every store below, with a signed receipt that holds no personal data |
| Rectification | The sender edits a message; participants are added again with the right name; nothing earlier is kept |

**What does not exist.** There are no backups of content: what is deleted is not in a copy somewhere. There is no legal
hold, and none can be set: content that must be kept is exported with \`:export\`, and kept outside by whoever must. Earlier
texts of edited messages are kept nowhere.

**What leaves.** An export leaves when its owner fetches it. Names of resources are part of host names and so are public,
all over the cloud. Where the deployment has a topic, what happens in a resource is told there as events, which hold message
text, display names and identity ids; which types, and whether with content, is the owner's choice
(\`PUT /events/settings\`; without content ids only). The topic is the geography's own, pinned to its region. What is sent
from it to a subscriber is the subscriber's to keep and to delete; what no subscriber takes lies in the geography's storage
account for a day ([events.md](events.md)).

**The cloud's own trash.** Deleting in the cloud is final as far as the settings of the storage account make it so: soft
delete, versioning and copies to other regions must be off, or the cloud keeps what Domicile has deleted. What it keeps of
a deployment that is torn down as a whole, and how that is ended, stands in [deploy.md](deploy.md#the-end).

**The emulator's trash.** The emulator on a laptop keeps blobs and queue messages in files of its storage, Azurite, up to
64 MiB each, and Azurite frees such a file as a whole: when nothing in it is referred to any more and nothing more is
written to it; it looks every ten minutes. So the bytes of a deleted image, recording or archive can stay in a file beside
what is still in use, out of reach of every API, until the data folder is removed. A receipt of the emulator says so under
\`notErased\`. Rows of tables go at once. None of this concerns Azure, and no real data belongs into an emulator.

**Proof.** A receipt holds salted hashes of the identifiers that it covers, and their number; only who has the salt, told
once, can show whom it is about. Receipts outlive their resource: who has the right \`privacy\` of the geography with
Entra ID lists them at \`GET /privacy/geography/receipts\`, those of deleted resources too. The nightly record of what lies
where says \`notCounted\` where nobody has looked: it is no promise about that. Evidence of an audit is one set: every
geography of the deployment signs its record with the names of all the others, the hour and the number of records.

**Who reads the past of a chat.** Who is added to a thread without a time (\`shareHistoryTime\`) reads all that was said
before, as in ACS. An owner who wants them to read nothing of it says so for the resource, by
\`PUT /chat/defaultHistory\` with \`{"history":"none"}\`. A time that a request names holds in both cases, and who was
added before keeps what they had.

**How it is deleted.** What expires cannot be read from that second on. A sweep runs every five minutes and removes it
physically, within fifteen minutes when the sweep is healthy; \`GET /health\` is unhealthy when something is overdue by
more than an hour, or when an erasure keeps failing.
`;

const headings: Readonly<Record<string, string>> = {
  identities: 'Identities',
  management: 'Management',
  chat: 'Chat',
  recording: 'Recording',
  persons: 'Persons, exports and receipts',
  'work in progress': 'Work in progress',
};

const logs = `## Logs

Domicile writes the name of a function, a random request id and the class of an error; of a sweep also kinds, counts and
times. No address, no URL, no id of anybody, no content. Logging of URLs, queries and calls to storage is switched off in
the host, and no log is taken of requests to the storage account or to the web app.

- **Lies in:** the log workspace of the geography, in the region of its storage account
- **About a person:** nothing
- **Kept:** 30 days
- **Removed by time:** the workspace does it, and keeps no archive`;

export function dataResidencyPage(stores: readonly BoundStore[]): string {
  const sections = dataAreas.flatMap((area) => {
    const inArea = stores.filter(({ store }) => store.area === area);
    return inArea.length === 0 ? [] : [`## ${headings[area] ?? area}`, ...inArea.map(describe)];
  });
  const absent = dataAreas.filter((area) => stores.every(({ store }) => store.area !== area));
  return `${[intro.trim(), ...sections, logs, `## Not there yet\n\nDomicile stores nothing yet of: ${absent.join(', ')}.`].join('\n\n')}\n`;
}

function describe({ store }: BoundStore): string {
  const { name, medium, shards, liesIn, holds, personalData, keptFor, expired, eraseResource, isRetired } = store;
  const foundBy = store.foundBy ?? 'by identity, as part of the three operations above';
  const withResource = typeof eraseResource === 'string' ? lowerFirst(eraseResource) : 'removed';
  const table = shards === undefined ? medium : `${medium}, in ${shards} parts`;
  const where = liesIn ?? `the storage account of the geography, as a ${table}`;
  const isPersonal = personalData.length > 0;
  return [
    `### \`${name}\``,
    isRetired
      ? `${holds}. **Retired**: nothing is written to it any more; what is in it goes as it always did.`
      : `${holds}.`,
    [
      `- **Lies in:** ${where}`,
      `- **About a person:** ${isPersonal ? personalData.join(', ') : 'nothing'}`,
      `- **Kept:** ${keptFor}`,
      `- **Removed by time:** ${typeof expired === 'string' ? lowerFirst(expired) : removal(expired)}`,
      `- **When its resource is deleted:** ${withResource}`,
      ...(isPersonal ? [`- **Found, exported and erased:** ${foundBy}`] : []),
    ].join('\n'),
  ].join('\n\n');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function removal(expired: Exclude<BoundStore['store']['expired'], string>): string {
  if (!('due' in expired)) {
    return 'the sweep removes the oldest first';
  }
  const kinds = Object.keys(expired.due).map((kind) => `\`${kind}\``);
  return `the sweep does ${kinds.join(', ')}`;
}
