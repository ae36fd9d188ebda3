// A refusal of Azure Resource Manager, and its text as the provider of Pulumi shows it.

export class ArmError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(`Status=${status} Code="${code}" Message="${message}"`);
  }
}
