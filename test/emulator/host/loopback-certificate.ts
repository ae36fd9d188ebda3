// A certificate for localhost and the one to trust for it.
import { certifyAuthority, certifyServer, newPrivateKey } from '../../../emulator/certificates/certificate.js';

export interface LoopbackCertificate {
  /** To be trusted by clients. */
  readonly ca: string;
  readonly tls: { readonly key: string; readonly cert: string };
}

export function makeLoopbackCertificate(): LoopbackCertificate {
  const key = newPrivateKey();
  const now = new Date();
  const ca = certifyAuthority(key, now);
  return { ca, tls: certifyServer({ key, cert: ca }, now) };
}
