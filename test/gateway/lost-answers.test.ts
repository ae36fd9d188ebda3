// What is said to have been taken has been taken, once, whoever dies in between.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { heldBytes } from '../../gateway/limits.js';
import { endProcess, type GatewayProcess, startGatewayProcess } from './gateway-process.js';
import { mailsIn, mailTo } from './read-mailbox.js';
import { serveApp, type ServedApp } from './served-app.js';
import { sendBy } from './smtp-client.js';

let served: ServedApp;
beforeAll(async () => {
  served = await serveApp();
});
afterEach(() => {
  for (const { child } of started) {
    child.kill('SIGKILL');
  }
  served.isDown = false;
  served.onAnswer = async () => undefined;
});
afterAll(() => served?.close());

const started: GatewayProcess[] = [];

async function startProcess(): Promise<GatewayProcess> {
  const gateway = await startGatewayProcess(served);
  started.push(gateway);
  return gateway;
}

function send(port: number, to: string, messageId: string | undefined = `<${to}>`): Promise<string> {
  const mail = { from: served.sender, to, subject: 'Tea', text: 'At four', date: new Date(0) };
  return sendBy(port, { ca: served.certificates.ca, login: served.login, mail: { ...mail, messageId } });
}

const mailsTo = (to: string) => mailsIn(served.app, { to });

describe('A gateway that is killed', () => {
  it('before it has said that a mail is taken leaves it to the client, and it is sent once', async () => {
    const first = await startProcess();
    let isReached = false;
    served.onAnswer = async (path) => {
      if (path === '/gateway/mails' && !isReached) {
        isReached = true;
        await endProcess(first);
      }
    };
    // The app has it, and nobody says so to the client.
    expect(await send(first.port, 'killed@contoso.example')).not.toMatch(/^250/);
    expect(isReached).toBe(true);
    const second = await startProcess();
    expect(await send(second.port, 'killed@contoso.example')).toMatch(/^250 /);
    await mailTo(served.app, 'killed@contoso.example');
    expect(await mailsTo('killed@contoso.example')).toHaveLength(1);
    expect(served.asked.filter(({ path }) => path === '/gateway/mails')).toHaveLength(2);
    await endProcess(second);
  });

  it('loses nothing of what it has said to be taken', async () => {
    const gateway = await startProcess();
    const addresses = Array.from({ length: 8 }, (_, index) => `kept${index}@contoso.example`);
    const sending = addresses.map((to) => send(gateway.port, to));
    await Promise.race(sending);
    await endProcess(gateway);
    const said = await Promise.all(sending);
    for (const [index, answer] of said.entries()) {
      if (answer.startsWith('250 ')) {
        await mailTo(served.app, addresses[index] ?? '');
      }
    }
    expect(said.some((answer) => answer.startsWith('250 '))).toBe(true);
  });

  it('stops in order when it is told to, and has logged nothing of anybody', async () => {
    const gateway = await startProcess();
    expect(await send(gateway.port, 'stopped@contoso.example')).toMatch(/^250 /);
    await endProcess(gateway, 'SIGTERM');
    expect(gateway.child.exitCode).toBe(0);
    expect(gateway.lines).toHaveLength(1);
  });
});

describe('An app that does not answer', () => {
  it('is asked again, and the mail is sent once', async () => {
    const gateway = await served.gateway({ againMs: 5_000 });
    let cuts = 2;
    served.onAnswer = async (path) => {
      if (path === '/gateway/mails' && cuts > 0) {
        cuts -= 1;
        throw new Error('The answer is lost.');
      }
    };
    expect(await send(gateway.ports.submission ?? 0, 'again@contoso.example')).toMatch(/^250 /);
    expect(cuts).toBe(0);
    await mailTo(served.app, 'again@contoso.example');
    expect(await mailsTo('again@contoso.example')).toHaveLength(1);
  });

  it('has clients come again, with logins and with mails', async () => {
    const gateway = await served.gateway();
    const port = gateway.ports.submission ?? 0;
    served.isDown = true;
    expect(await send(port, 'down@contoso.example')).toMatch(/^454 4\.7\.0 /);
    served.isDown = false;
    served.onAnswer = async (path) => {
      served.isDown = path === '/gateway/smtpUsers';
    };
    expect(await send(port, 'down@contoso.example')).toMatch(/^451 4\.3\.0 /);
    served.isDown = false;
    served.onAnswer = async () => undefined;
    expect(await send(port, 'down@contoso.example')).toMatch(/^250 /);
    expect(gateway.freeBytes().mails).toBe(heldBytes);
  });

  it('that does not believe the gateway is told to whoever runs it, once', async () => {
    const gateway = await served.gateway({ secret: Buffer.alloc(32, 1) });
    const before = served.lines.length;
    for (let times = 0; times < 2; times++) {
      expect(await send(gateway.ports.submission ?? 0, 'nobody@contoso.example')).toMatch(/^454 4\.7\.0 /);
    }
    expect(served.lines.slice(before)).toEqual([
      'The function app does not believe the gateway: compare GATEWAY_SECRET with DOMICILE_GATEWAY_SECRETS.',
    ]);
  });
});

describe('The same mail twice', () => {
  it('is one when it names itself, and two when it does not', async () => {
    const gateway = await served.gateway();
    const port = gateway.ports.submission ?? 0;
    const [one, two] = [await send(port, 'named@contoso.example'), await send(port, 'named@contoso.example')];
    expect(one).toBe(two);
    const bare = { raw: `From: ${served.sender}\r\nTo: bare@contoso.example\r\n\r\nx\r\n` };
    const envelope = { from: served.sender, to: ['bare@contoso.example'] };
    const { ca } = served.certificates;
    const sent = () => sendBy(port, { ca, login: served.login, mail: { ...bare, envelope } });
    expect(await sent()).not.toBe(await sent());
  });

  it('is two for other recipients', async () => {
    const gateway = await served.gateway();
    const port = gateway.ports.submission ?? 0;
    const id = '<same@contoso.example>';
    expect(await send(port, 'one@contoso.example', id)).not.toBe(await send(port, 'two@contoso.example', id));
  });
});
