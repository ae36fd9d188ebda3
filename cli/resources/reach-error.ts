// Why a host could not be talked to, and what to do about it, in one sentence.
import { ownCommand } from '../own-command.js';
import { CommandError } from '../command-error.js';
import { reasonOf } from '../reason-of.js';

const untrusted = /UNABLE_TO_|SELF_SIGNED|CERT_UNTRUSTED|DEPTH_ZERO/;

/** @param label host and port */
export function reachError(label: string, failure: unknown): CommandError {
  const { cause } = failure as { cause?: { code?: unknown; message?: unknown } };
  const code = String(cause?.code ?? '');
  if (untrusted.test(code)) {
    return new CommandError(
      `The certificate of ${label} is not trusted (${code}); name its CA in NODE_EXTRA_CA_CERTS, of the emulator: NODE_EXTRA_CA_CERTS="$(${ownCommand()} ca)".`,
    );
  }
  const reason = code !== '' ? code : String(cause?.message ?? reasonOf(failure));
  return new CommandError(`${label} cannot be reached (${reason}); check the endpoint and the network.`);
}
