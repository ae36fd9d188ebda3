// Every budget of what callers share, as a figure: connections, bodies, memory, queues, rates, time, data. The code takes
// the figures from here, and docs/limits.md is made from it; each is held by a test that it names there.
const KiB = 1_024;
const MiB = 1_024 * KiB;
const GiB = 1_024 * MiB;

export type BudgetKind = 'connections' | 'bodies' | 'memory' | 'at once' | 'queues' | 'rates' | 'time' | 'data';
export type BudgetUnit = 'bytes' | 'bytes/s' | 'ms' | 'count';

export interface BudgetEntry {
  readonly figure: number;
  readonly unit: BudgetUnit;
  readonly kind: BudgetKind;
  /** What there is so much of. */
  readonly of: string;
  /** What becomes of what is beyond it. */
  readonly beyond: string;
}

const entry =
  (kind: BudgetKind, unit: BudgetUnit) =>
  (amount: number, of: string, beyond: string): BudgetEntry => ({ figure: amount, unit, kind, of, beyond });

const connections = entry('connections', 'count');
const bodies = entry('bodies', 'bytes');
const memory = entry('memory', 'bytes');
const atOnce = entry('at once', 'count');
const queues = entry('queues', 'count');
const rates = entry('rates', 'count');
const time = entry('time', 'ms');
const items = entry('data', 'count');
const stored = entry('data', 'bytes');

const waits = 'waits its turn, within the time of the request; then 429, or 503 when others hold it all';

export const budgets = {
  passingConnections: connections(64, 'Connections to one other geography, for requests that are passed on', waits),
  passingPerCaller: connections(24, 'of these for one address of clients', waits),
  passingPerResource: connections(32, 'of these for one host of a resource', waits),
  passingQuestions: connections(
    16,
    'Host names that are being looked for at once; connections for that are apart from the others',
    '429',
  ),
  storageConnections: connections(
    64,
    'Connections to each service of storage, for what is answered whole',
    'waits, within the time of a storage call',
  ),
  storageStreamConnections: connections(
    64,
    'Connections to each service of storage, for contents that are read as they come',
    'waits, within the time of a storage call',
  ),
  frontConnections: connections(4_096, 'Connections to one port of the emulator', 'is closed'),
  frontSilentConnections: connections(
    256,
    'Connections to the emulator that have not sent anything yet',
    'the oldest is closed',
  ),
  frontWebSockets: connections(1_024, 'WebSockets of the emulator', '503'),

  wholeBody: bodies(256 * KiB, 'Body of a request, where the operation names no figure of its own', '413'),
  passedWhole: bodies(
    64 * KiB,
    'Body that is passed on when it is whole, so that it holds no connection while it comes',
    'is passed on as it comes',
  ),
  answerPiece: bodies(64 * KiB, 'Answer that is sent in one piece', 'is sent at the pace of who reads it'),

  bodiesTotal: memory(
    64 * MiB,
    'Bodies of requests that are read whole, by the length they declare, else by what the operation takes',
    waits,
  ),
  bodiesPerCaller: memory(16 * MiB, 'of these from one address of clients', waits),
  bodiesPerResource: memory(48 * MiB, 'of these at one resource', waits),
  bodiesExplained: memory(
    1 * MiB,
    'Bodies that the emulator reads only to explain a wrong signature',
    'is not read; the answer does without the explanation',
  ),
  uploadBlock: memory(1 * MiB, 'One block of an upload; two are in memory', 'the client is read no further'),
  answersTotal: memory(64 * MiB, 'Answers of more than one piece that are being sent', '503'),
  answersPerCaller: memory(24 * MiB, 'of these to one caller', '429'),
  answersPerResource: memory(48 * MiB, 'of these of one resource', '429'),

  uploads: atOnce(24, 'Uploads under way', waits),
  uploadsPerCaller: atOnce(2, 'of these by one caller', waits),
  uploadsPerResource: atOnce(16, 'of these to one resource', waits),
  downloads: atOnce(48, 'Downloads under way', waits),
  downloadsPerCaller: atOnce(8, 'of these by one caller', waits),
  downloadsPerResource: atOnce(32, 'of these from one resource', waits),
  requestsPerUser: atOnce(16, 'Requests of one user under way', waits),
  walks: atOnce(4, 'Walks through everything that may hold something about somebody', waits),
  walksPerResource: atOnce(2, 'of these at one resource', waits),

  waiting: queues(512, 'Requests that wait for any one of these', '503'),
  waitingPerCaller: queues(128, 'of these by one caller', '429'),
  requestsWaitingPerUser: queues(1_024, 'Requests of one user that wait for those under way', '429'),

  uploadsPerMinute: rates(120, 'Uploads that one user begins in a minute', '429'),
  downloadsPerMinute: rates(1_200, 'Downloads that one user begins in a minute', '429'),

  request: time(
    30_000,
    'From the arrival of a request until its work begins, queueing and its body included',
    '408, 429, 503 or 504',
  ),
  storageCall: time(10_000, 'One call to storage, waiting for a connection included', '503'),
  hostQuestion: time(2_000, 'Asking the other geographies for a host name, queueing included', '503'),
  peerConnect: time(5_000, 'Connecting to another geography', '502'),
  answerIdle: time(30_000, 'An answer of another geography that stands still', 'is broken off'),
  slowStream: time(
    15_000,
    'How long a body or an answer may move more slowly than the floor',
    'a body: 408 and the connection is closed; an answer: the connection is closed',
  ),
  linger: time(5_000, 'The rest of a body that nobody wants, after the answer', 'the connection is closed'),
  healthLook: time(
    10_000,
    'Between two looks at what GET /health says, whoever asks',
    'is answered from the last look',
  ),
  healthPatience: time(15_000, 'One such look', 'counts as unhealthy'),
  identifyStep: time(5_000, 'Work on one page of an identify', 'the answer has a link to the next page'),
  frontHandshake: time(10_000, 'First byte and TLS handshake at the emulator', 'the connection is closed'),
  frontHeaders: time(20_000, 'All headers of a request at the emulator', '408'),
  frontRequest: time(240_000, 'A whole request at the emulator', '408'),

  floor: entry('time', 'bytes/s')(
    4_096,
    'Bytes a second that a body or an answer moves at least, once somebody waits for it',
    'see the time above',
  ),

  streamRate: entry('rates', 'bytes/s')(
    4 * MiB,
    'Bytes a second that one upload or download moves on average',
    'moves no faster',
  ),
  streamBurst: entry('rates', 'bytes')(4 * MiB, 'of these that move as fast as they can at first', 'see above'),

  imagesPerThread: items(1_000, 'Images in one chat thread', '403'),
  imagesPerUser: items(250, 'of these by one user', '403'),
  imageBytesPerThread: stored(2 * GiB, 'Images in one chat thread together', '403'),
  imageBytesPerUser: stored(1 * GiB, 'of these by one user', '403'),
} as const satisfies Readonly<Record<string, BudgetEntry>>;

export type BudgetName = keyof typeof budgets;

/** The figure of a budget; its unit stands in the table. */
export function figure(name: BudgetName): number {
  return budgets[name].figure;
}
