// A text of a queue with the trace that it belongs to before it. Where nobody traces it is the text alone, so that what was
// sent by a process without traces, or by one of an earlier version, is understood.
import { presentTrace } from './trace-context.js';

const markForm = /^(00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}) /;

export function markTrace(text: string): string {
  const present = presentTrace();
  return present === undefined ? text : `${present} ${text}`;
}

export function takeTrace(marked: string): { readonly text: string; readonly parent?: string } {
  const [mark, parent] = markForm.exec(marked) ?? [];
  return mark === undefined || parent === undefined ? { text: marked } : { text: marked.slice(mark.length), parent };
}
