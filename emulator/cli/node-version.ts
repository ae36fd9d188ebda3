// Says in one sentence that Node.js is too old, before anything is loaded that an old one cannot read.

/** @returns what is wrong with this version (`process.versions.node`), or nothing */
export function checkNodeVersion(version: string): string | undefined {
  const parts = version.split('.').map(Number);
  const major = parts[0] || 0;
  const minor = parts[1] || 0;
  if (major > 20 || (major === 20 && minor >= 19)) {
    return undefined;
  }
  return `acs-domicile needs Node.js 20.19 or later, and this is ${version}; install a newer one from https://nodejs.org.`;
}
