// Notes which fields of operations were given words about somebody, in calls that were accepted.
import type { Operation } from '../../shared/api/index.js';
import type { CallOptions } from '../app/call-app.js';
import { nameOf, type TextField, textFields, textsIn } from './text-fields.js';

export class ToldCalls {
  readonly fields: readonly TextField[];
  readonly #told = new Set<string>();
  readonly #isAbout: (text: string) => boolean;

  constructor(operations: readonly Operation[], isAbout: (text: string) => boolean) {
    this.fields = textFields(operations);
    this.#isAbout = isAbout;
  }

  note(operation: string, options: CallOptions): void {
    for (const field of this.fields) {
      if (field.operation === operation && textsIn(field, options).some(this.#isAbout)) {
        this.#told.add(nameOf(field));
      }
    }
  }

  has(field: TextField): boolean {
    return this.#told.has(nameOf(field));
  }
}
