// The app as it is deployed, in a test: mail leaves it over relays of this machine, and there is no mailbox.
import { generateKeyPairSync } from 'node:crypto';
import { itemKinds, ItemStore, resourceItems } from '../../shared/email/index.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { addEmailResource } from './email-app.js';

/** @param mail the setting of how mail leaves */
export function startDeployed(mail: object, more: Readonly<Record<string, string>> = {}): Promise<TestGeography> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return startGeography({
    DOMICILE_EMULATOR: '0',
    DOMICILE_MASTER_SECRET: Buffer.alloc(32, 7).toString('base64'),
    DOMICILE_TOKEN_KEY: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    DOMICILE_LIMITS: 'open',
    DOMICILE_MAIL: JSON.stringify(mail),
    ...more,
  });
}

/** Links verified domains; of each there is the sender `info`. */
export async function linkDomains(
  { app }: TestProcess,
  domains: readonly string[],
  properties: object = {},
): Promise<void> {
  const owner = await addEmailResource(app, `mail${domains.length}`, domains);
  const items = new ItemStore(app.storage.table(resourceItems));
  const verificationStates = Object.fromEntries(
    ['Domain', 'SPF', 'DKIM', 'DKIM2'].map((type) => [type, { status: 'Verified' }]),
  );
  for (const name of domains) {
    await items.put(owner, itemKinds.domains, [name], { name, properties: { verificationStates, ...properties } });
    const user = { name: 'info', properties: { username: 'info' } };
    await items.put(owner, itemKinds.senderUsernames, [name, 'info'], user);
  }
}

/** What the platform does once a minute: finds what is due, and works on the queue. */
export async function passMinute({ app }: TestProcess, outbox = 'mails'): Promise<void> {
  const triggers = app.capabilities.flatMap((each) => each.triggers ?? []);
  for (const trigger of triggers) {
    if ('schedule' in trigger && trigger.name === `find-due-${outbox}`) {
      await trigger.run({ info: () => undefined, error: () => undefined });
    }
  }
  for (const trigger of triggers) {
    if ('queue' in trigger && trigger.name === `deliver-${outbox}`) {
      const queue = app.storage.queue(trigger.queue);
      for (const { text, receipt } of await queue.receive(32, 60)) {
        await trigger.run(text, { info: () => undefined, error: () => undefined });
        await queue.remove(receipt);
      }
    }
  }
}
