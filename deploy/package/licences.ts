// Licences that what is shipped may have: each lets anybody use, change and pass on the code, and asks for no more than that
// its notice is kept.

export const allowedLicences: readonly string[] = [
  'MIT',
  // MIT without the notice.
  'MIT-0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '0BSD',
];

/** @throws {Error} that names every package whose licence is not on the list */
export function checkLicences(packages: readonly { readonly path: string; readonly licence: string }[]): void {
  const others = packages.filter(({ licence }) => !allowedLicences.includes(licence));
  if (others.length > 0) {
    const names = others.map(({ path, licence }) => `${path} (${licence})`).join(', ');
    throw new Error(
      `The package would hold what has another licence than ${allowedLicences.join(', ')}: ${names}. Read it, then add it to deploy/package/licences.ts, or do without.`,
    );
  }
}
