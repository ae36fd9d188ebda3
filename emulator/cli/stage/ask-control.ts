// One request to the control plane of a running emulator.
import { request } from 'node:https';
import { text as readStream } from 'node:stream/consumers';
import { CommandError } from '../../../cli/command-error.js';
import { startCommand } from '../../../cli/own-command.js';
import { reasonOf } from '../../../cli/reason-of.js';
import type { RunningEmulator } from './running-emulator.js';

export interface ControlQuestion {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** JSON. */
  readonly body?: string | undefined;
  /** Ends waiting. */
  readonly signal: AbortSignal;
}

/**
 * @returns the parsed answer
 * @throws {CommandError} a sentence: nobody answers there, or what the emulator has refused
 */
export async function askControl(emulator: RunningEmulator, question: ControlQuestion): Promise<unknown> {
  let answer: { status: number; text: string };
  try {
    answer = await send(emulator, question);
  } catch (error) {
    question.signal.throwIfAborted();
    throw new CommandError(
      `No emulator answers at ${emulator.control} (${reasonOf(error)}); start one with ${startCommand()}, or name the ready file of a running one with --ready-file.`,
    );
  }
  const body = parse(answer.text, emulator.control);
  if (answer.status === 200) {
    return body;
  }
  const { code, message } = (body as { error?: { code?: unknown; message?: unknown } } | null)?.error ?? {};
  throw new CommandError(`${printable(message)} (${answer.status} ${printable(code)})`);
}

function send(
  { control, ca }: RunningEmulator,
  { method, path, body, signal }: ControlQuestion,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(control + path, { ca, method, signal, agent: false }, (response) => {
      readStream(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function parse(text: string, control: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandError(`What answers at ${control} is no emulator; name its ready file with --ready-file.`);
  }
}

/** It goes to a terminal: nothing but plain text. */
function printable(value: unknown): string {
  return String(value ?? '').replaceAll(/[^ -~]+/g, ' ');
}
