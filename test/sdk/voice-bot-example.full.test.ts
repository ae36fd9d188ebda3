// The example of a voice bot, as its README has people start it.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);

describe('The example of a voice bot', () => {
  it('takes a call, says back what it hears, writes it down, and ends with the call', async () => {
    const said = ['Good morning', 'Is anybody there?'];
    const { stdout } = await run(process.execPath, ['examples/voice-bot/call.mjs', ...said]);
    const lines = stdout.trim().split('\n');
    expect(lines.filter((line) => line.startsWith('caller'))).toEqual(
      said.flatMap((text) => [`caller  says: ${text}`, `caller  hears: ${text}`]),
    );
    for (const text of said) {
      expect(stdout).toContain(` +15551281000: ${text}\n`);
    }
    expect(lines.filter((line) => line.includes(' echoed '))).toHaveLength(2);
    // The socket closes and the event arrives in whichever order.
    expect(lines.filter((line) => /^bot .* CallDisconnected$/.test(line))).toHaveLength(1);
  }, 90_000);
});
