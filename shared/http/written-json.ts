// A body that is written as JSON already, so that what stays in memory is not written anew for every answer.

export class WrittenJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * Stands for the body that the text says: whoever writes it sees to it that it is one of the declared form, which tests hold
 * every answer against.
 */
export function writtenAs<Body>(text: string): Body {
  return new WrittenJson(text) as unknown as Body;
}
