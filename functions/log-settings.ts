// The setting that says which log workspace the rows of the geography go to.
import { z } from 'zod';
import type { LogWorkspaceSettings } from '../shared/diagnostics/index.js';
import { isLoopback } from '../shared/storage/index.js';

const Address = z.url().refine((text) => text.startsWith('https:') || isLoopback(text));

export const LogsSetting = z
  .strictObject({
    /** Of the data collection endpoint. */
    endpoint: Address,
    /** Immutable id of the data collection rule. */
    ruleId: z.string().regex(/^dcr-[0-9a-f]{32}$/),
    /** How long each table of the workspace keeps its rows. */
    retentionDays: z.int().min(4).max(730).default(30),
    /** Figures of the service itself go there too. */
    metrics: z.boolean().default(true),
    /** Only where rows may name people raw: how these are removed. */
    purge: z
      .strictObject({
        workspaceId: z
          .string()
          .regex(
            /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.OperationalInsights\/workspaces\/[^/]+$/i,
          ),
        endpoint: Address.default('https://management.azure.com'),
      })
      .optional(),
    /** On this machine alone; in Azure the managed identity of the app signs. */
    token: z.string().min(1).optional(),
  })
  .refine(
    ({ endpoint, purge, token }) =>
      token === undefined || (isLoopback(endpoint) && (purge === undefined || isLoopback(purge.endpoint))),
  );

/** @param clientId of the managed identity */
export function logsConfig(
  setting: z.output<typeof LogsSetting> | undefined,
  clientId: string | undefined,
): LogWorkspaceSettings | undefined {
  if (setting === undefined) {
    return undefined;
  }
  const { token, purge, ...rest } = setting;
  const credential =
    token === undefined ? ({ kind: 'managedIdentity', clientId } as const) : ({ kind: 'token', token } as const);
  return { ...rest, purge, credential };
}
