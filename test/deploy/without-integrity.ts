// Packages of the lock file that have no hash, and why that is borne.

/**
 * Programs of development tools for other machines than the one on which the lock file was made: npm writes the hash of what
 * it has fetched. None is needed to run or to deploy, and none is shipped. Where one of them is installed, npm takes what the
 * registry serves under that name and version. `npm view <name>@<version> dist.integrity` tells the hash of one.
 */
const biome = ['android-arm64', 'android-x64', 'darwin-x64', 'linux-arm64-musl', 'linux-x64-musl', 'win32-arm64'];

const rare = [
  'android-arm-eabi',
  'android-arm64',
  'darwin-x64',
  'freebsd-x64',
  'linux-arm-gnueabihf',
  'linux-arm-musleabihf',
  'linux-ppc64-gnu',
  'linux-riscv64-gnu',
  'linux-riscv64-musl',
  'linux-s390x-gnu',
  'openharmony-arm64',
  'win32-arm64-msvc',
  'win32-ia32-msvc',
];

export const withoutIntegrity: readonly string[] = [
  ...biome.map((machine) => `node_modules/@biomejs/cli-${machine}`),
  ...rare.flatMap((machine) => [
    `node_modules/@oxc-parser/binding-${machine}`,
    `node_modules/@oxlint/binding-${machine}`,
  ]),
  ...['linux-arm64-musl', 'linux-x64-musl'].map((machine) => `node_modules/@oxlint/binding-${machine}`),
];
