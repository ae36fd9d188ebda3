// What arrived in the mailbox of a composed app, asked for as tests of others do.
import { runStageAction } from '../../emulator/stage/stage-actions.js';
import type { ComposedApp } from '../../functions/compose.js';

export interface ArrivedMail {
  readonly id: string;
  readonly operationId: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly returnPath: string;
  readonly subject: string;
}

export interface WholeMail extends ArrivedMail {
  readonly text: string;
  readonly html: string | null;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly attachments: readonly { readonly name: string; readonly contentInBase64: string }[];
}

export async function mailsIn(app: ComposedApp, filter: object = {}): Promise<readonly ArrivedMail[]> {
  const request = { capability: 'email', action: 'mails', input: { ...filter, limit: 1_000 } };
  return ((await runStageAction(app, request)) as { mails: ArrivedMail[] }).mails;
}

/** Waits for it. */
export async function mailTo(app: ComposedApp, to: string): Promise<WholeMail> {
  return (await runStageAction(app, { capability: 'email', action: 'wait-for-mail', input: { to } })) as WholeMail;
}

export async function rawMailTo(app: ComposedApp, to: string): Promise<string> {
  const { id } = await mailTo(app, to);
  const raw = await runStageAction(app, { capability: 'email', action: 'raw-mail', input: { id } });
  return Buffer.from((raw as { rawInBase64: string }).rawInBase64, 'base64').toString();
}
