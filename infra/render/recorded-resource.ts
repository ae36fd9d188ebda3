// A resource as it would be sent to Azure.

export interface RecordedResource {
  /** As `azure-native:storage:StorageAccount`. */
  readonly type: string;
  /** Its name within the stack, the same for ever. */
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Names of resources that must be there before, `type::name`, sorted. */
  readonly dependsOn: readonly string[];
  /** Pulumi refuses to delete it. */
  readonly protect: boolean;
}

/** Stands where a secret would. */
export const mask = '[secret]';
