// A conversation with the bot, all on this machine: starts an emulator and the bot; somebody calls, says what is given, hears
// it again and hangs up. Run it in a clone:
//   npm run build && node examples/voice-bot/call.mjs "Good morning" "Is anybody there?"
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startEmulator } from 'acs-domicile/emulator';

const sentences = process.argv.length > 2 ? process.argv.slice(2) : ['Good morning', 'Is anybody there?'];
const who = '+15551281000';

const emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
const [{ connectionString, immutableResourceId, phoneNumber }] = emulator.resources;
const bot = spawn(process.execPath, [fileURLToPath(new URL('bot.mjs', import.meta.url))], {
  env: {
    ...process.env,
    NODE_EXTRA_CA_CERTS: emulator.ready.ca,
    ACS_CONNECTION_STRING: connectionString,
    ACS_RESOURCE_ID: immutableResourceId,
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const lines = createInterface({ input: bot.stdout });
  lines.on('line', (line) => process.stdout.write(`bot     ${line}\n`));
  const ended = new Promise((resolve) => lines.on('line', (line) => line.endsWith(' CallDisconnected') && resolve()));
  const [line] = await new Promise((resolve) => lines.once('line', (...first) => resolve(first)));
  const endpoint = line.replace('The bot takes events at ', '');
  const types = ['Microsoft.Communication.IncomingCall'];
  await emulator.stage('events', 'subscribe', { name: 'bot', endpoint, types });
  await emulator.stage('calling', 'incoming', { from: who, to: phoneNumber });
  const started = await emulator.stage('calling', 'wait-for-event', { type: 'MediaStreamingStarted' });
  const { callConnectionId: call } = started.data;
  await emulator.stage('calling', 'wait-for-event', { type: 'TranscriptionStarted', call });
  for (const text of sentences) {
    process.stdout.write(`caller  says: ${text}\n`);
    await emulator.stage('calling', 'say', { who, text });
    await emulator.stage('calling', 'heard', { call, words: text, seconds: 60 });
    process.stdout.write(`caller  hears: ${text}\n`);
  }
  await emulator.stage('calling', 'hang-up', { who });
  await emulator.stage('calling', 'wait-for-event', { type: 'CallDisconnected', call });
  // It is on its way to the bot, which says so when it has come.
  await Promise.race([ended, setTimeout(30_000, undefined, { ref: false })]);
} finally {
  bot.kill();
  await emulator.dispose();
}
