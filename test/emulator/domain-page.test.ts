// The page that checks a domain, as a browser runs it.
import { runInNewContext } from 'node:vm';
import { createHash } from 'node:crypto';
import { startEmulator, type Emulator } from 'acs-domicile/emulator';
import { Agent, fetch as fetchOver } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';

let emulator: Emulator;
let dispatcher: Agent;
beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
  dispatcher = new Agent({ connect: { ca: emulator.clientOptions.tlsOptions.ca as string } });
});
afterAll(async () => {
  await dispatcher?.close();
  await emulator?.dispose();
});

/** As much of a page as its script uses. */
class Element {
  value = '';
  textContent = '';
  readonly children: Element[] = [];
  submit: ((event: object) => Promise<void>) | undefined;
  appendChild(child: Element): Element {
    this.children.push(child);
    return child;
  }
  replaceChildren(...children: Element[]): void {
    this.children.splice(0, this.children.length, ...children);
  }
  addEventListener(_name: string, listener: (event: object) => Promise<void>): void {
    this.submit = listener;
  }
}

it('The page signs one request with the key that it is given, and shows each record as it should be', async () => {
  const [{ endpoint = '', connectionString = '', mailSender = '' } = {}] = emulator.resources;
  const { origin } = new URL(endpoint);
  const asked: string[] = [];
  const over = (url: string, init: object = {}) => {
    asked.push(url);
    return fetchOver(url, { ...init, dispatcher });
  };
  const answer = await over(`${origin}/emails/domains/page`);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html']);
  const html = await answer.text();
  const [, script = ''] = /<script>([\s\S]*)<\/script>/.exec(html) ?? [];
  const policy = answer.headers.get('content-security-policy') ?? '';
  expect(policy).toContain(`'sha256-${createHash('sha256').update(script).digest('base64')}'`);
  expect(policy).toContain("default-src 'none'");
  expect(html).not.toMatch(/(?:src|href)=/);

  const elements = new Map<string, Element>();
  const find = (name: string): Element => {
    const found = elements.get(name) ?? new Element();
    elements.set(name, found);
    return found;
  };
  const document = { querySelector: find, getElementById: find, createElement: () => new Element() };
  const { TextEncoder, URL: Url, crypto, btoa, atob } = globalThis;
  const globals = { document, location: { origin }, fetch: over, TextEncoder, URL: Url, crypto, btoa, atob };
  runInNewContext(script, { ...globals, Uint8Array });
  const submit = async (domain: string, connection: string) => {
    find('domain').value = domain;
    find('connection').value = connection;
    await find('form').submit?.({ preventDefault: () => undefined });
    return find('output').textContent;
  };

  const [, domain = ''] = mailSender.split('@');
  expect(await submit(domain, connectionString)).toBe('');
  const rows = find('table').children.map(({ children }) => children.map(({ textContent }) => textContent));
  expect(rows[0]).toEqual(['Record', 'Type', 'Name', 'What it should be', 'What is there']);
  expect(rows.slice(1).map(([first]) => first)).toContain('Domain is not looked up in the emulator');
  const [, key = ''] = /accesskey=([^;]+)/.exec(connectionString) ?? [];
  expect(await submit('elsewhere.example', key)).toContain('has not been linked');
  expect(await submit(domain, Buffer.alloc(64, 9).toString('base64'))).toContain('Denied');
  expect(new Set(asked.map((url) => new URL(url).origin))).toEqual(new Set([origin]));
  expect(asked.join()).not.toContain(encodeURIComponent(key).slice(0, 12));
});
