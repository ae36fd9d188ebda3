// Everything that is wrong with the settings, by the name of the setting and without its value, so that an operator mends
// all of it at once.
import type { z } from 'zod';

export class SettingProblems {
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #sentences: string[] = [];

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    this.#environment = environment;
  }

  /** @returns all of it, unless something is wrong; and each setting that is right by itself */
  parse<Schema extends z.ZodObject>(
    schema: Schema,
  ): { readonly whole: z.output<Schema> | undefined; readonly right: Partial<z.output<Schema>> } {
    const read = schema.safeParse(this.#environment);
    for (const { path, message } of read.error?.issues ?? []) {
      const name = String(path[0]);
      const isMissing = this.#environment[name] === undefined;
      this.#sentences.push(isMissing ? `${name} is missing. Set it as docs/settings.md says.` : `${name}: ${message}`);
    }
    const wrong = new Set(read.error?.issues.map(({ path }) => path[0]));
    const names = Object.keys(schema.shape).filter((name) => !wrong.has(name));
    const right = names.map((name) => [name, (schema.shape[name] as z.ZodType).parse(this.#environment[name])]);
    return { whole: read.data, right: Object.fromEntries(right) as Partial<z.output<Schema>> };
  }

  /** @param name of the setting, for what does not name it itself */
  read<Value>(name: string, read: () => Value): Value | undefined {
    try {
      return read();
    } catch (error) {
      const { message } = error as Error;
      this.#sentences.push(message.includes(name) ? message : `${name}: ${message}`);
      return undefined;
    }
  }

  /** @throws {Error} with all of it */
  throwIfAny(): void {
    if (this.#sentences.length > 0) {
      const lines = this.#sentences.map((sentence) => `  ${sentence}`);
      throw new Error(`Domicile cannot start; mend these settings of the function app:\n${lines.join('\n')}`);
    }
  }
}
