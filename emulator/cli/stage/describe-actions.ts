// The stage actions as a list for people, at most 80 columns wide.
import { wrapText } from '../../../cli/wrap-text.js';
import type { StageActionFacts } from '../../contract.js';

const width = 76;

export function describeActions(actions: readonly StageActionFacts[]): string {
  if (actions.length === 0) {
    return 'No capability has a stage action.\n';
  }
  return actions
    .map(({ capability, action, summary, input }) => {
      const lines = [...wrapText(summary, width), ...wrapText(`Input: ${membersOf(input)}`, width)];
      return [`${capability} ${action}`, ...lines.map((line) => `    ${line}`), ''].join('\n');
    })
    .join('\n');
}

function membersOf({ properties, required }: StageActionFacts['input']): string {
  const names = Object.keys((properties ?? {}) as object);
  if (names.length === 0) {
    return properties === undefined ? 'any; --json shows its schema' : 'none';
  }
  const needed = (required ?? []) as readonly string[];
  return names.map((name) => (needed.includes(name) ? name : `${name} (optional)`)).join(', ');
}
