// What the Pulumi runtime registers, as a recorded resource.
import { withIdentitySet } from './azure-view.js';
import { maskSecrets } from './mask-secrets.js';
import type { RecordedResource } from './recorded-resource.js';

/** The part of Pulumi's own request that is looked at. */
export interface Registration {
  getType(): string;
  getName(): string;
  getCustom(): boolean;
  getProtect(): boolean;
  getDependenciesList(): string[];
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
}

export function recordRegistration(request: Registration): RecordedResource {
  const inputs = maskSecrets(request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>;
  return {
    type: request.getType(),
    name: request.getName(),
    inputs: withIdentitySet(inputs),
    dependsOn: request
      .getDependenciesList()
      .map((urn) => urn.split('::').slice(-2).join('::'))
      .map((typeAndName) => typeAndName.split('$').at(-1) ?? typeAndName)
      .filter((typeAndName) => !typeAndName.startsWith('pulumi:'))
      .toSorted(),
    protect: request.getProtect(),
  };
}

export function byTypeAndName(one: RecordedResource, other: RecordedResource): number {
  return `${one.type}::${one.name}` < `${other.type}::${other.name}` ? -1 : 1;
}
