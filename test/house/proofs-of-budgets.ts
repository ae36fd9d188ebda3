// Which test holds each budget: a file, and words of the title of one of its tests. `npm test` looks that they are there.
import type { BudgetName } from '../../shared/budgets/index.js';

type Proof = readonly [file: string, title: string];

const shares = 'test/api/shares.test.ts';
const peer = 'test/geography/peer-connection.test.ts';
const passing = 'test/geography/passing.test.ts';
const transport = 'test/storage/transport.test.ts';
const front = 'test/emulator/host/front-server.test.ts';
const slow = 'test/platform/slow-clients.test.ts';
const health = 'test/platform/health.test.ts';
const quota = 'test/chat/image-quota.test.ts';
const figures = 'test/budgets/figures.test.ts';

export const proofsOfBudgets: Readonly<Record<BudgetName, Proof>> = {
  passingConnections: [passing, 'are no more than so many, whoever asks'],
  passingPerCaller: [passing, 'are held by one client, and for one resource, up to a share'],
  passingPerResource: [passing, 'are held by one client, and for one resource, up to a share'],
  passingQuestions: [passing, 'nor of more than sixteen hosts at a time'],
  storageConnections: [transport, 'gives up in time also while a call waits for a connection'],
  storageStreamConnections: [transport, 'gives up in time also while a call for a stream waits for a connection'],
  frontConnections: [front, 'beyond those that a port holds is closed'],
  frontSilentConnections: [front, 'makes the oldest silent one go when there are too many'],
  frontWebSockets: ['test/emulator/host/upgrade.test.ts', 'beyond those that there may be is asked to come back'],
  wholeBody: [shares, 'that declares more than the operation takes is refused before anything is read'],
  passedWhole: [passing, 'are not held by a small body while it comes'],
  answerPiece: [shares, 'is sent in pieces, as long as it says'],
  bodiesTotal: [figures, 'for bodies, all together'],
  bodiesPerCaller: [shares, 'waits, unread, while bodies from its address hold their share'],
  bodiesPerResource: [figures, 'for bodies, at one resource'],
  bodiesExplained: [figures, 'for bodies that are read only to explain'],
  uploadBlock: ['test/load/attacks.full.test.ts', 'it leaves everybody else'],
  answersTotal: [figures, 'for answers, all together'],
  answersPerCaller: [shares, 'is refused when too many that nobody reads wait for the same user'],
  answersPerResource: [figures, 'for answers, at one resource'],
  uploads: [figures, 'for uploads, all together'],
  uploadsPerCaller: [shares, 'go up two at a time for one user'],
  uploadsPerResource: [figures, 'for uploads, at one resource'],
  downloads: [figures, 'for downloads, all together'],
  downloadsPerCaller: [shares, 'hold their turn until their content is closed'],
  downloadsPerResource: [figures, 'for downloads, at one resource'],
  requestsPerUser: [shares, 'of one user are worked on so many at a time'],
  walks: [figures, 'for walks, all together'],
  walksPerResource: [shares, 'that walk through everything are two at a time'],
  requestsWaitingPerUser: [figures, 'wait for those under way'],
  waiting: ['test/budgets/capacity.test.ts', 'when too many do'],
  waitingPerCaller: ['test/budgets/capacity.test.ts', 'when too many do'],
  uploadsPerMinute: [shares, 'are begun no more often than so many times a minute'],
  downloadsPerMinute: [shares, 'are begun no more often than so many times a minute'],
  request: [shares, 'waits, unread, while bodies from its address hold their share'],
  storageCall: [transport, 'gives up in time also while a call waits for a connection'],
  hostQuestion: [passing, 'is asked for no longer than two seconds'],
  peerConnect: [peer, 'that takes no connection in time is given up'],
  answerIdle: [peer, 'whose answer stands still is given up'],
  slowStream: ['test/budgets/streams.test.ts', 'that trickles is ended'],
  linger: [slow, 'that nobody wants may come for a while after the answer'],
  healthLook: [health, 'is one look at a time'],
  healthPatience: [health, 'or a look does not end'],
  identifyStep: ['test/privacy/identify-pages.test.ts', 'ends each page after seconds'],
  frontHandshake: [front, 'that begins TLS and then says nothing is closed'],
  frontHeaders: [front, 'that sends its headers too slowly is closed'],
  frontRequest: [front, 'whose request does not end is closed'],
  floor: ['test/budgets/streams.test.ts', 'that moves as fast as the floor goes on for ever'],
  streamRate: ['test/budgets/streams.test.ts', 'moves at once what is little'],
  streamBurst: ['test/budgets/streams.test.ts', 'moves at once what is little'],
  imagesPerThread: [quota, 'A thread that is full takes none from anybody'],
  imagesPerUser: [quota, 'as many images to a thread as one may'],
  imageBytesPerThread: [quota, 'What counts is the size that is declared'],
  imageBytesPerUser: [quota, 'What counts is the size that is declared'],
};
