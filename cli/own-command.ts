// What to type to reach this program from where the reader is: a clone, a project that has the package, or npm's scripts.

type Environment = Readonly<Record<string, string | undefined>>;

/** Options that npm has taken for itself, because `--` was missing before them; without dashes. */
export function optionsKeptByNpm(names: readonly string[], environment: Environment = process.env): readonly string[] {
  if (!isNpmScript(environment)) {
    return [];
  }
  return names.filter((name) => environment[`npm_config_${name.replaceAll('-', '_')}`] !== undefined);
}

/** Starts the emulator; its options follow. */
export function startCommand(environment: Environment = process.env): string {
  return isNpmScript(environment) ? `${npmScript(environment)} --` : `${ownCommand()} start`;
}

/** npx finds the command in a clone, in a project and where it is installed for all. */
export function ownCommand(): string {
  return 'npx acs-domicile';
}

/** npm hands its own options down to everything that it starts; only a script that is this command has lost some. */
function isNpmScript({ npm_lifecycle_script: script }: Environment): boolean {
  return script !== undefined && /(^|[\s/])(app\/cli\.js|acs-domicile)(\s+start\b|\s*$)/.test(script);
}

function npmScript({ npm_lifecycle_event: event = 'start' }: Environment): string {
  return event === 'start' ? 'npm start' : `npm run ${event}`;
}
