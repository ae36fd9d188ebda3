// P17: mails of 20 KB a second, from the request over the outbox to a mail server on the same machine; the API as it is
// deployed, without the mailbox of the emulator. Its slices last until the last mail has arrived.
import { generateKeyPairSync } from 'node:crypto';
import { startAdapterTarget } from '../adapter-target.js';
import type { RunOptions } from '../case.js';
import { closedLoop } from '../closed-loop.js';
import { LoadClient, type LoadRequest } from '../load-client.js';
import { type MailSink, startMailSink } from '../mail-sink.js';
import type { Result } from '../result.js';
import { cpuUseOf, rateOf, type Sample } from '../sample.js';
import { medianOf } from '../statistics.js';
import { type Target, type Usage, usedBetween } from '../target.js';
import { signedHeaders } from '../users.js';

const slices = 3;
const mails = 1_000;
const quickMails = 100;
const senders = 32;
const textBytes = 20_000;
const quietMs = 500;
const path = '/emails:send?api-version=2025-09-01';

export async function mailResults(options: RunOptions): Promise<Result[]> {
  options.progress('P17: starting');
  const sink = await startMailSink();
  let target: Target | undefined;
  try {
    target = await startAdapterTarget({ processes: 1, settings: settingsFor(sink) });
    const samples: Sample[] = [];
    for (let round = 0; round < slices; round++) {
      options.progress(`P17: slice ${round + 1} of ${slices}`);
      samples.push(await slice(target, sink, options.isQuick ? quickMails : mails));
    }
    return [
      {
        case: 'P17',
        setUp: 'adapter',
        what: `mails of 20 KB a second to a mail server, ${senders} senders`,
        unit: 'mails/s',
        ours: medianOf(samples.map(rateOf)),
        cpu: cpuUseOf(samples),
        goal: { kind: 'at least', value: 100 },
        isGated: false,
      },
    ];
  } finally {
    await target?.stop();
    await sink.close();
  }
}

function settingsFor({ port }: MailSink): Record<string, string> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    DOMICILE_EMULATOR: '0',
    DOMICILE_MASTER_SECRET: Buffer.alloc(32, 7).toString('base64'),
    DOMICILE_TOKEN_KEY: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    DOMICILE_MAIL: JSON.stringify({ relays: { '*': { host: '127.0.0.1', port, tls: 'none' } } }),
  };
}

async function slice(target: Target, sink: MailSink, count: number): Promise<Sample> {
  await target.freshStorage();
  const senderAddress = await target.mailSender();
  const [origin] = target.origins;
  const client = new LoadClient(origin, { connections: senders });
  const send = async (number: number): Promise<void> => {
    await client.send(toRequest(target, senderAddress, number));
  };
  try {
    const arrived = sink.count;
    await Promise.all(Array.from({ length: senders }, (_, sender) => send(sender)));
    await sink.reached(arrived + senders);
    const before = await target.usage('before');
    const ownBefore = process.cpuUsage();
    const began = performance.now();
    const loop = { senders, milliseconds: Number.POSITIVE_INFINITY, maxOperations: count, send };
    const result = await closedLoop(loop);
    await sink.reached(arrived + senders + count);
    const seconds = (performance.now() - began) / 1_000;
    const { user, system } = process.cpuUsage(ownBefore);
    const sample = { ...result, seconds, loadMicros: user + system };
    return { ...sample, ...usedBetween(before, await afterAll(target)) };
  } finally {
    await client.close();
  }
}

/** Outcomes are recorded behind the arrival: what that takes counts too, but for the time. */
async function afterAll(target: Target): Promise<Usage> {
  let usage = await target.usage('after');
  for (let last = ''; last !== JSON.stringify(usage.counts); ) {
    last = JSON.stringify(usage.counts);
    await new Promise((resolve) => setTimeout(resolve, quietMs));
    usage = await target.usage('after');
  }
  return usage;
}

function toRequest({ origins: [origin], accessKey }: Target, senderAddress: string, number: number): LoadRequest {
  const body = JSON.stringify({
    senderAddress,
    content: { subject: `Mail ${number}`, plainText: `${number} `.padEnd(textBytes, 'lorem ipsum ') },
    recipients: { to: [{ address: `person${number}@post.example` }] },
  });
  const { host } = new URL(origin);
  const headers = signedHeaders({ method: 'POST', path, host, accessKey, body, date: new Date() });
  return { method: 'POST', path, headers, body, expect: 202 };
}
