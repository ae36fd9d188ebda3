// The backstop: lifecycle rules of the storage account, as data. The platform runs them when it finds the time, days late
// on a busy account, so they never keep a promise: the sweep does. They remove what a sweep that is broken for good, or a
// defect, has left. Source: Azure Storage, "lifecycle management overview" and "policy structure".
// Nothing is imported here, so that the infrastructure can render the rules.

export interface LifecycleRule {
  /** Name of the container. The platform compares prefixes, so it is rendered with a slash behind it. */
  readonly container: string;
  /**
   * Block blobs whose creation is more than this many days ago go, with their snapshots and versions
   * (`daysAfterCreationGreaterThan`). Whole days; 0 would remove what was written a moment ago.
   */
  readonly daysAfterCreation: number;
}

/** One a container whose blobs have a time; at least as late as the sweep. */
export const lifecycleRules: readonly LifecycleRule[] = [
  { container: 'recordings', daysAfterCreation: 1 },
  { container: 'exports', daysAfterCreation: 1 },
  { container: 'callbacksbodies', daysAfterCreation: 1 },
  { container: 'mailsbodies', daysAfterCreation: 1 },
  { container: 'textsbodies', daysAfterCreation: 1 },
  // Event Grid writes there too, whole events.
  { container: 'eventdeadletters', daysAfterCreation: 1 },
  // Tried for a day.
  { container: 'eventrowsbodies', daysAfterCreation: 1 },
];

/** Containers without a rule, and why. */
export const withoutLifecycleRule: Readonly<Record<string, string>> = {
  logsegments: 'Logs are kept as long as the owner of each resource has set.',
  chatimages: 'An image is kept as long as its thread, which may be for ever: its age says nothing.',
};
