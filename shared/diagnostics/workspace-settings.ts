// Which log workspace of Azure Monitor the rows of the geography go to, and through what.

export interface LogWorkspaceSettings {
  /** Of the data collection endpoint, `https://<name>.<region>-1.ingest.monitor.azure.com`. */
  readonly endpoint: string;
  /** Immutable id of the data collection rule, `dcr-...`. */
  readonly ruleId: string;
  readonly credential: WorkspaceCredential;
  /** How long each table of the workspace keeps its rows. */
  readonly retentionDays: number;
  /** Whether figures of the service itself go there too. */
  readonly metrics: boolean;
  /** How rows about somebody are removed; undefined where there are none that name anybody. */
  readonly purge: WorkspacePurgeSettings | undefined;
}

export interface WorkspacePurgeSettings {
  /** Resource id of the workspace. */
  readonly workspaceId: string;
  /** Of Azure's management, `https://management.azure.com`. */
  readonly endpoint: string;
}

export type WorkspaceCredential =
  | { readonly kind: 'managedIdentity'; readonly clientId: string | undefined }
  /** On this machine alone. */
  | { readonly kind: 'token'; readonly token: string };
