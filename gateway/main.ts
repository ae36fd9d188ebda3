// The gateway as a process of its own: reads its settings, listens until it is told to stop.
import { createClock } from '../shared/time/clock.js';
import { randomIds } from '../shared/time/ids.js';
import { readGatewaySettings } from './settings.js';
import { smppOptionsOf } from './smpp/smpp-settings.js';
import { startGateway } from './start-gateway.js';

const log = (line: string): void => void process.stdout.write(`${line}\n`);

async function run(): Promise<void> {
  const settings = readGatewaySettings(process.env);
  const gateway = await startGateway({
    name: settings.GATEWAY_NAME,
    address: settings.GATEWAY_ADDRESS,
    ports: { submission: portOf(settings.GATEWAY_SUBMISSION_PORT), bounces: portOf(settings.GATEWAY_BOUNCE_PORT) },
    tls: { key: settings.GATEWAY_TLS_KEY, cert: settings.GATEWAY_TLS_CERT },
    app: settings.GATEWAY_APP,
    secret: settings.GATEWAY_SECRET,
    authority: settings.GATEWAY_AUTHORITY,
    maxBytes: settings.GATEWAY_MAX_MEGABYTES * 1_000_000,
    ...(settings.smpp !== undefined && { smpp: smppOptionsOf(settings.smpp) }),
    clock: createClock(),
    ids: randomIds,
    log,
  });
  const { submission = 'off', bounces = 'off', texts } = gateway.ports;
  // Where there are none, nothing is said of them.
  const more = texts === undefined ? '' : `, texts ${texts}`;
  log(`The gateway listens: submission ${submission}, bounces ${bounces}${more}.`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void gateway.close().then(() => process.exit(0));
    });
  }
}

const portOf = (port: number | 'off'): number | undefined => (port === 'off' ? undefined : port);

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : 'The gateway cannot start.'}\n`);
  process.exit(1);
});
