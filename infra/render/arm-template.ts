// A recorded stack as a template of Azure Resource Manager, for a deployment to a resource group: to be read, and for tools
// that check templates. Secrets become parameters.
import { armExpressions, groupType } from './arm-expressions.js';
import { armResource } from './arm-resource.js';
import { mask, type RecordedResource } from './recorded-resource.js';

export interface ArmTemplate {
  readonly $schema: string;
  readonly contentVersion: string;
  readonly parameters: Readonly<Record<string, { readonly type: 'securestring' }>>;
  readonly resources: readonly Readonly<Record<string, unknown>>[];
}

export function armTemplate(resources: readonly RecordedResource[]): ArmTemplate {
  const parameters: Record<string, { readonly type: 'securestring' }> = {};
  const expressions = armExpressions(resources);
  const inGroup = resources.filter(({ type }) => type !== groupType);
  const byKey = new Map(inGroup.map((each) => [`${each.type}::${each.name}`, each]));

  function written(value: unknown, owner: RecordedResource): unknown {
    if (value === mask) {
      let name = owner.name;
      for (let n = 2; name in parameters; n++) {
        name = `${owner.name}-${n}`;
      }
      parameters[name] = { type: 'securestring' };
      return `[parameters('${name}')]`;
    }
    if (typeof value === 'string') {
      return expressions.text(value);
    }
    if (Array.isArray(value)) {
      return value.map((each) => written(each, owner));
    }
    if (typeof value !== 'object' || value === null) {
      return value;
    }
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [expressions.text(name), written(each, owner)]),
    );
  }

  const templated = inGroup.map((resource) => {
    const dependsOn = resource.dependsOn.flatMap((key) => {
      const target = byKey.get(key);
      return target === undefined ? [] : [`[${expressions.resourceId(target)}]`];
    });
    return {
      ...(written(armResource(resource), resource) as Readonly<Record<string, unknown>>),
      ...(dependsOn.length > 0 && { dependsOn }),
    };
  });
  return {
    $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
    contentVersion: '1.0.0.0',
    parameters,
    resources: templated,
  };
}
