// What is said when a command about a person was told of resources only, so that nobody takes them for everything.
import { wrapText } from '../wrap-text.js';
import type { PrivacyRun } from './privacy-run.js';

/** In JSON. */
export const managementNotAsked = { management: 'notAsked' } as const;

/** Whether what management keeps is left out. */
export function isManagementLeftOut({ managements }: Pick<PrivacyRun, 'managements'>): boolean {
  return managements.length === 0;
}

/** A sentence on lines of its own; empty when management was asked. */
export function leftOut(run: Pick<PrivacyRun, 'managements'>): string {
  if (!isManagementLeftOut(run)) {
    return '';
  }
  const text =
    'What management keeps of subscriptions (tags, and domains, senders and suppression lists that no resource is linked to) was not asked: name it with --management (docs/privacy.md).';
  return `\n${wrapText(text, 80).join('\n')}\n`;
}
