// The value of `--limits`: the name of a profile, own figures as JSON, or a file that holds either.
import { readFile } from 'node:fs/promises';
import type { EmulatorLimits } from '../contract.js';
import { EmulatorError } from '../emulator-error.js';
import { reasonOf } from '../../cli/reason-of.js';
import { checkLimits } from '../limits.js';

/** @throws {EmulatorError} one sentence about what is wrong */
export async function readLimitsArgument(text: string): Promise<EmulatorLimits> {
  const content = (text.startsWith('@') ? await readLimitsFile(text.slice(1)) : text).trim();
  return await checkLimits(content.startsWith('{') ? parse(content) : content);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new EmulatorError('--limits takes open, acs, a JSON object or @file, and this is not JSON.');
  }
}

async function readLimitsFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new EmulatorError(`The limits file ${path} cannot be read (${reasonOf(error)}); name another with --limits.`);
  }
}
