// The example of live chat, as the README has people start it: two people in two tabs of Chromium.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isBrowserHere, type RunningBrowser, startBrowser } from './live/chromium.js';

describe.runIf(isBrowserHere())('The example of live chat', () => {
  let server: ChildProcess;
  let running: RunningBrowser;
  let anna: Page;
  let bert: Page;

  beforeAll(async () => {
    server = spawn(process.execPath, ['examples/live-chat/serve.mjs'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const addresses: Record<string, string> = {};
    let ca = '';
    for await (const line of createInterface({ input: server.stdout ?? process.stdin })) {
      const [, name = '', address = ''] = /^(\w+): (http\S+)$/.exec(line) ?? [];
      addresses[name] = address;
      ca = /^The browser has to trust (.+)\.$/.exec(line)?.[1] ?? ca;
      if (ca !== '') {
        break;
      }
    }
    running = await startBrowser(ca);
    const context = await running.browser.newContext();
    const open = async (name: string): Promise<Page> => {
      const page = await context.newPage();
      await page.goto(addresses[name] ?? '');
      await page.getByText('live', { exact: true }).waitFor();
      return page;
    };
    [anna, bert] = [await open('Anna'), await open('Bert')];
  });
  afterAll(async () => {
    await running?.close();
    if (server?.exitCode === null) {
      const gone = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGINT');
      await gone;
    }
  });

  it('shows each what the other writes, that they type, and that it was read', async () => {
    const line = anna.getByLabel('Message');
    await line.pressSequentially('Is there tea?');
    await bert.getByText('Anna is typing').waitFor();
    await line.press('Enter');
    await bert.getByText('Anna: Is there tea?').waitFor();
    await anna.getByText('Anna: Is there tea? read').waitFor();
    await bert.getByLabel('Message').fill('There is.');
    await bert.getByLabel('Message').press('Enter');
    await anna.getByText('Bert: There is.').waitFor();
    expect(await anna.locator('#messages li').count()).toBe(2);
  });
});
