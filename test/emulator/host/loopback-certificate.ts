// A certificate for localhost and the one to trust for it.
import { certifyServer, newAuthority } from '../../../emulator/certificates/certificate.js';

export interface LoopbackCertificate {
  /** To be trusted by clients. */
  readonly ca: string;
  readonly tls: { readonly key: string; readonly cert: string };
}

export function makeLoopbackCertificate(): LoopbackCertificate {
  const now = new Date();
  const authority = newAuthority(now);
  return { ca: authority.root, tls: certifyServer(authority, now) };
}
