// Pages with the unmodified chat SDK in Chromium: a tab each.
import { readFile } from 'node:fs/promises';
import type { BrowserContext, Page as Tab } from 'playwright-core';
import { startBrowser } from './chromium.js';
import { type Heard, HeardEvents } from './heard-events.js';
import type { Page } from './page.js';
import { bundleSdk } from './sdk-bundle.js';
import { Tunnels } from './tunnels.js';

export interface BrowserPage extends Page {
  /** Every connection of the browser. */
  readonly tunnels: Tunnels;
  /** Closes the tab, without a word of the client. */
  leave(name: string): Promise<void>;
  /** Addresses that a tab has asked for, WebSockets too, without what follows their path. */
  askedBy(name: string): readonly string[];
}

const pageText = `<!doctype html><title>Live chat</title>
<script type="module">
  import * as sdk from '/sdk.js';
  import { pageActs } from '/acts.js';
  Object.assign(globalThis, { acts: pageActs(sdk, (heard) => tellTest(JSON.stringify(heard))) });
</script>`;
const origin = 'http://localhost:3000';

/** @param caPath of the CA of the emulator */
export async function openBrowserPage(caPath: string): Promise<BrowserPage> {
  const type = 'text/javascript';
  const acts = await readFile(new URL('page-acts.mjs', import.meta.url), 'utf8');
  const tunnels = new Tunnels({
    '/': { type: 'text/html', body: pageText },
    '/sdk.js': { type, body: await bundleSdk() },
    '/acts.js': { type, body: acts },
  });
  const { browser, close } = await startBrowser(caPath, await tunnels.listen());
  const context = await browser.newContext();
  const heard = new HeardEvents();
  await context.exposeFunction('tellTest', (text: string) => heard.note(JSON.parse(text) as Heard));
  return new TabsOfBrowser(context, heard, tunnels, async () => {
    await close();
    await tunnels.close();
  });
}

class TabsOfBrowser implements BrowserPage {
  readonly heard: HeardEvents;
  readonly tunnels: Tunnels;
  readonly #context: BrowserContext;
  readonly #close: () => Promise<void>;
  readonly #tabs = new Map<string, Tab>();
  readonly #asked = new Map<string, string[]>();

  constructor(context: BrowserContext, heard: HeardEvents, tunnels: Tunnels, close: () => Promise<void>) {
    this.#context = context;
    this.heard = heard;
    this.tunnels = tunnels;
    this.#close = close;
  }

  async start(name: string, endpoint: string, token: string): Promise<void> {
    const tab = this.#tabs.get(name) ?? (await this.#openTab(name));
    await tab.evaluate('new Promise((loaded) => globalThis.acts ? loaded() : addEventListener("load", loaded))');
    await this.#act(tab, 'start', { name, endpoint, token });
  }

  async stop(name: string): Promise<void> {
    const tab = this.#tabs.get(name);
    if (tab !== undefined) {
      await this.#act(tab, 'stop', { name });
    }
  }

  async leave(name: string): Promise<void> {
    await this.#tabs.get(name)?.close();
    this.#tabs.delete(name);
  }

  askedBy(name: string): readonly string[] {
    return this.#asked.get(name) ?? [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }

  async #openTab(name: string): Promise<Tab> {
    const tab = await this.#context.newPage();
    const asked: string[] = [];
    this.#asked.set(name, asked);
    tab.on('request', (request) => asked.push(request.url().split('?', 1)[0] ?? ''));
    tab.on('websocket', (socket) => asked.push(socket.url().split('?', 1)[0] ?? ''));
    await tab.goto(`${origin}/`);
    this.#tabs.set(name, tab);
    return tab;
  }

  async #act(tab: Tab, act: string, input: object): Promise<void> {
    await tab.evaluate(`globalThis.acts[${JSON.stringify(act)}](${JSON.stringify(input)})`);
  }
}
