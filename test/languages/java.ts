import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Language, run } from './language.js';

const folder = 'test/languages/java';
const stories = 'src/main/java/stories';
const pom = readFileSync(join(folder, 'pom.xml'), 'utf8');
const pinned = /<groupId>com\.azure<\/groupId>\s*<artifactId>([\w-]+)<\/artifactId>\s*<version>([^<]+)<\/version>/g;

export const java: Language = {
  name: 'Java',
  folder,
  needs: [
    ['java', '--version'],
    ['javac', '--version'],
    ['keytool', '-help'],
    ['mvn', '--version'],
  ],
  packages: Object.fromEntries([...pom.matchAll(pinned)].map(([, name = '', version = '']) => [name, version])),
  builtFrom: [
    'pom.xml',
    ...['Told', 'World', 'IdentityStory', 'ChatStory', 'Play'].map((name) => `${stories}/${name}.java`),
  ],
  build: async (into) => {
    const quietly = ['--quiet', '--batch-mode', '--file', join(folder, 'pom.xml'), `-Dstories.target=${into}/target`];
    await run('mvn', [...quietly, 'compile', 'dependency:build-classpath', `-Dmdep.outputFile=${into}/classpath`]);
  },
  command: async (built, { readyFile, ca, scratch }) => {
    const store = join(scratch, 'ca.p12');
    const password = 'changeit';
    await run('keytool', [
      '-importcert',
      '-noprompt',
      '-alias',
      'domicile',
      '-file',
      ca,
      '-keystore',
      store,
      '-storetype',
      'PKCS12',
      '-storepass',
      password,
    ]);
    const classpath = (await readFile(join(built, 'classpath'), 'utf8')).trim();
    return {
      program: 'java',
      args: [
        `-Djavax.net.ssl.trustStore=${store}`,
        `-Djavax.net.ssl.trustStorePassword=${password}`,
        '-cp',
        `${built}/target/classes:${classpath}`,
        'stories.Play',
      ],
      env: { DOMICILE_READY_FILE: readyFile },
    };
  },
};
