// What logs keep, for the data map.
import { byPartition, dataStore, ofGeography } from '../data-map/index.js';
import type { LogKeys } from './log-keys.js';
import { type LogPurges, purgeLogsKind } from './log-purges.js';
import { dropLogsKind, sealLogsKind } from './log-segments.js';
import type { PersonLogs } from './person-logs.js';
import type { WorkspaceLogs } from './workspace-logs.js';

/** Where Azure Monitor takes the rows, in place of the pieces below. Walked before the keys that say who is in it. */
export const logWorkspace = dataStore<WorkspaceLogs>({
  name: 'logworkspace',
  area: 'diagnostics',
  rank: 'content',
  medium: 'outside',
  liesIn: 'the log workspace of the geography, where one is set up',
  holds: 'Logs of requests and of what became of mails, where the owner of the resource wants them',
  personalData: ['identity ids and addresses of recipients, or pseudonyms of them'],
  foundBy: 'whether the person has a key for a pseudonym: nobody looks into the workspace',
  keptFor: 'as long as the tables of the workspace keep their rows, 30 days unless told otherwise',
  locate: (identifier, { opened, resourceId, now }) => opened.locate(identifier, resourceId, now),
  exportItems: (identifier, { opened, resourceId, now }) => opened.exportItems(identifier, resourceId, now),
  exportedFields: {
    workspace: 'Where rows about you may be',
    namedBy: 'How you are called in them',
    pseudonym: 'What stands for you in them, where it is no raw id',
    since: 'Since when they may be there',
    until: 'When the last of them is gone',
  },
  erase: (identifier, { opened, resourceId }) => opened.erase(identifier, resourceId),
  remains: (identifier, { opened, resourceId }) => opened.remains(identifier, resourceId),
  lateWrites: 'Whoever was deleted while rows about them waited is taken out again right after these were handed over',
  eraseResource: ({ opened, resourceId }) => opened.eraseResource(resourceId),
  expired: 'The tables of the workspace let go of each row when its days are over',
});

/** In a deployment where rows may name people raw; empty everywhere else. */
export const logPurges = dataStore<LogPurges>({
  name: 'logpurges',
  area: 'diagnostics',
  rank: 'proof',
  medium: 'table',
  holds: 'Whose rows Azure is to purge from the log workspace, and which purges it is at',
  belongsTo: {
    resourceOf: ({ partition, key }) => (partition === 'waiting' ? key.slice(0, 36) : ofGeography),
    outlivesResource: true,
  },
  personalData: ['identity id or address of a recipient, until Azure has taken the request that names it'],
  keptFor:
    'until Azure has taken the request, an hour as a rule, and at most as long as the workspace keeps the rows; what is left then are keyed hashes, until it is done',
  locate: async (identifier, { opened, resourceId }) => {
    const open = await opened.openOf(resourceId, identifier);
    return open?.isWaiting !== true
      ? { items: 0 }
      : { items: 1, notErased: 1, since: open.askedOn, keptUntil: open.until };
  },
  async *exportItems(identifier, { opened, resourceId }) {
    const open = await opened.openOf(resourceId, identifier);
    if (open?.isWaiting === true) {
      yield { record: { purge: 'waits to be asked for' }, keptUntil: open.until };
    }
  },
  exportedFields: { purge: 'Your rows in the log workspace are about to be purged' },
  erase: async () => ({ erased: 0 }),
  remains: async (identifier, { opened, resourceId }) => {
    const open = await opened.openOf(resourceId, identifier);
    return open?.isWaiting === true
      ? {
          what: 'The id or the address of the person, in the request to purge their rows from the log workspace',
          why: 'Azure has to be told whose rows are to go; it is deleted when it has taken the request.',
          until: open.until,
        }
      : undefined;
  },
  lateWrites: 'It is written by erasures, and by whoever takes out what was written too late',
  eraseResource: 'A purge that was begun goes on when its resource is gone, and is deleted when it is done',
  expired: { due: { [purgeLogsKind]: (_id, { opened }) => opened.work() } },
});

export const logSegments = dataStore<PersonLogs>({
  name: 'logsegments',
  area: 'diagnostics',
  rank: 'content',
  medium: 'blob',
  holds: 'Logs of requests and of what became of mails, where the owner of the resource wants them',
  belongsTo: byPartition,
  personalData: ['identity ids, and addresses and numbers of recipients, or pseudonyms of them'],
  foundBy: 'the identity id or the address, or its pseudonym as long as the key of that is there',
  keptFor: 'as many days as the owner of the resource has set, 30 unless told otherwise',
  locate: (identifier, { opened, resourceId }) => opened.locate(identifier, resourceId),
  exportItems: (identifier, { opened, resourceId }) => opened.exportItems(identifier, resourceId),
  exportedFields: {
    table: 'Table of the logs in which a request of yours, or about you, stands',
    TimeGenerated: 'When it came',
    OperationName: 'What was asked for',
    ResultSignature: 'Status of the answer',
  },
  erase: (identifier, { opened, resourceId }, cursor) => opened.erase(identifier, resourceId, cursor),
  lateWrites: { settled: ['writing rows that have waited in memory'] },
  eraseResource: ({ opened, resourceId }) => opened.segments.eraseResource(resourceId),
  expired: {
    due: {
      [dropLogsKind]: (id, { opened }) => opened.segments.drop(id),
      [sealLogsKind]: (id, { opened }) => opened.seal(id),
    },
  },
});

export const logKeys = dataStore<LogKeys>({
  name: 'logkeys',
  area: 'diagnostics',
  rank: 'index',
  medium: 'table',
  holds: 'Random keys of the pseudonyms in logs, a person each, under keyed hashes',
  belongsTo: byPartition,
  personalData: ['the key of a pseudonym'],
  foundBy: 'a keyed hash of the identity id',
  keptFor: 'until the person is erased: then the pseudonym in the logs is about nobody',
  locate: async (identifier, { opened, resourceId }) => {
    const found = await opened.find(resourceId, identifier);
    return found === undefined ? { items: 0 } : { items: 1, since: found.since };
  },
  async *exportItems(identifier, { opened, resourceId }) {
    const found = await opened.find(resourceId, identifier);
    if (found !== undefined) {
      yield { record: { pseudonym: found.pseudonym } };
    }
  },
  exportedFields: { pseudonym: 'What stands for you in logs' },
  erase: async (identifier, { opened, resourceId }) => ({
    erased: (await opened.destroy(resourceId, identifier)) ? 1 : 0,
  }),
  lateWrites: 'A key is made right before the rows that need it, and goes with them when these are settled',
  eraseResource: ({ opened, resourceId }, cursor) => opened.eraseResource(resourceId, cursor),
  expired: 'A key has no time of its own: it goes with its person, or with the resource',
});
