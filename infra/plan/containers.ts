// The storage account's own backstop behind the sweep: the rules of the app's containers, and those of the containers that
// only the deployment knows.
import {
  type LifecycleRule,
  lifecycleRules as appRules,
  withoutLifecycleRule,
} from '../../shared/retention/lifecycle-rules.js';

export interface ContainerPlan {
  readonly name: string;
  /** What Azure removes by itself, or why it removes nothing. */
  readonly lifecycle: LifecycleRule | { readonly noRule: string };
  /** Made for the platform, not a store of the app. */
  readonly isPlatforms: boolean;
}

/** Where the code of the app lies; filled by the deployment of code. */
export const deploymentContainer = 'deployments';
/** Where Event Grid puts events that it could not deliver: a store of the app. */
export const deadLetterContainer = 'eventdeadletters';

export const containerPlans: readonly ContainerPlan[] = [
  ...appRules.map((lifecycle) => ({ name: lifecycle.container, lifecycle, isPlatforms: false })),
  ...Object.entries(withoutLifecycleRule).map(([name, noRule]) => ({
    name,
    lifecycle: { noRule },
    isPlatforms: false,
  })),
  {
    name: deploymentContainer,
    lifecycle: { noRule: 'Holds the code of the app and nothing about anybody.' },
    isPlatforms: true,
  },
];
