// The command line of a deployment, parsed.
import { parseArgs } from 'node:util';
import { type GeographySlug, geographySlugs, isGeographySlug } from '../../shared/geography/index.js';

export interface DeployCommand {
  readonly geographies: readonly GeographySlug[];
  readonly updatesStack: boolean;
  readonly publishesCode: boolean;
  /** Whether it may begin without asking. */
  readonly isConfirmed: boolean;
}

/** The command line was used wrongly. */
export class UsageError extends Error {}

export const help = `npm run deploy -- <geography,...|all> [options]

Brings geographies up to date: the stack with Pulumi, then the code. It first looks whether everything it needs is
there, and changes nothing otherwise. What was done is remembered until the whole run is done: the same command again
goes on where it was stopped.

  --stack-only   update the stack, do not publish code
  --code-only    publish code to a stack that is up
  --yes          do not ask before it begins
  --help         show this

Geographies: ${geographySlugs.join(' ')}

Exit codes: 0 done; 1 something failed, run it again to go on; 2 wrong command; 3 nothing was changed, because
something is missing or you said no.
`;

const options = {
  'stack-only': { type: 'boolean', default: false },
  'code-only': { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** @throws {UsageError} one sentence */
export function readArguments(args: readonly string[]): DeployCommand | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) {
    return 'help';
  }
  const [place, ...surplus] = positionals;
  if (place === undefined) {
    throw new UsageError('Name a geography, or "all"');
  }
  if (surplus.length > 0) {
    throw new UsageError(`"${surplus[0]}" was not expected; write several geographies as a,b`);
  }
  if (values['stack-only'] && values['code-only']) {
    throw new UsageError('--stack-only and --code-only exclude each other');
  }
  return {
    geographies: place === 'all' ? geographySlugs : readGeographies(place),
    updatesStack: !values['code-only'],
    publishesCode: !values['stack-only'],
    isConfirmed: values.yes,
  };
}

function readGeographies(list: string): readonly GeographySlug[] {
  return [...new Set(list.split(','))].map((slug) => {
    if (!isGeographySlug(slug)) {
      throw new UsageError(`"${slug}" is not a geography`);
    }
    return slug;
  });
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split('. ');
    throw new UsageError(sentence);
  }
}
