// Writes docs/languages.md: what was played in which language, with which packages.
import { allPassed } from '../languages/passed.js';

/** @param javascript official packages that `npm test` runs, with their versions */
export function languagesPage(javascript: Readonly<Record<string, string>>): string {
  const languages = Object.entries(allPassed());
  const capabilities = [...new Set(languages.flatMap(([, { plays }]) => plays.map(({ capability }) => capability)))];
  const rows = capabilities.map((capability) => {
    const cells = languages.map(([, { plays }]) =>
      plays
        .filter((play) => play.capability === capability)
        .map(({ way, methods }) => `${way}: ${methods}`)
        .join('<br>'),
    );
    return `| ${[capability, '`npm test`', ...cells.map((cell) => cell || 'not played')].join(' | ')} |`;
  });
  return [
    '# Languages',
    '',
    '<!-- Made by `npm run docs` from what passed. Do not edit; a test fails when it is stale. -->',
    '',
    "Microsoft's own SDKs play the stories of [`test/languages/story.md`](../test/languages/story.md) against the emulator, over",
    'HTTPS with its CA trusted as [the page about the certificate](certificates.md) says. A figure is the number of public',
    'methods that the story called; a method of the SDK that no story calls fails the run.',
    '',
    `| Capability | JavaScript | ${languages.map(([name]) => name).join(' | ')} |`,
    `|---|---|${languages.map(() => '---|').join('')}`,
    ...rows,
    '',
    '`npm run test:languages` plays them where the programs of a language are found, and says which it skipped. It fetches the',
    "packages from the language's registry once, into `~/.cache/acs-domicile`.",
    '',
    '## Packages',
    '',
    '| Language | Package | Version | Passed since |',
    '|---|---|---|---|',
    ...Object.entries(javascript).map(
      ([name, version]) => `| JavaScript | \`${name}\` | ${version} | every \`npm test\` |`,
    ),
    ...languages.flatMap(([language, { packages, since }]) =>
      Object.entries(packages).map(([name, version]) => `| ${language} | \`${name}\` | ${version} | ${since} |`),
    ),
    '',
    '## What is not played',
    '',
    'Go has an SDK of management only; it asks for a user by a signature that is made by hand. Of Java,',
    '`azure-resourcemanager-communication` could not be had: Maven Central, as it was reached, had none of its versions.',
    '',
    '`azurerm` of Terraform is too big to be built for a test. What it is built upon is played: its client library of HashiCorp,',
    'which reads the metadata document, signs in, and asks what `azurerm` asks from `apply` to `destroy`; the figure is the',
    'number of operations. What `azurerm` and the Azure CLI read before is in every `npm test`:',
    '[`test/sdk/tools-that-ask-first.test.ts`](../test/sdk/tools-that-ask-first.test.ts).',
    '',
    'Of .NET no registry was at hand. How its SDKs sign, which headers they send and what they refuse to read is rebuilt from',
    'their public source, and tried by every `npm test`: [`test/sdk/dotnet.test.ts`](../test/sdk/dotnet.test.ts).',
    '',
  ].join('\n');
}
