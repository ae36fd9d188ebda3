// Texts of a recorded stack as texts of a template: ids in its group and outputs of other resources become expressions.
import { armNameOf, armTypeOf } from './arm-types.js';
import { lateOutputPattern } from './late-outputs.js';
import type { RecordedResource } from './recorded-resource.js';

export const groupType = 'azure-native:resources:ResourceGroup';

export interface ArmExpressions {
  /** As it stands in the template: plain, or `[expression]`. */
  text(plain: string): string;
  /** The id of a resource of the template, as an operand. */
  resourceId(resource: RecordedResource): string;
}

export function armExpressions(resources: readonly RecordedResource[]): ArmExpressions {
  const byName = new Map(resources.map((each) => [each.name, each]));
  const group = String(resources.find(({ type }) => type === groupType)?.inputs['resourceGroupName']);
  const inGroup = `/subscriptions/[^/]+/resourceGroups/${group}(?=/)`;
  const inSubscription = '/subscriptions/[^/]+(?=/providers/)';
  const special = new RegExp(`${inGroup}|${inSubscription}|${lateOutputPattern.source}`);

  function operand(text: string): string {
    const operands: string[] = [];
    let rest = text;
    for (let match = special.exec(rest); match !== null; match = special.exec(rest)) {
      if (match.index > 0) {
        operands.push(quoted(rest.slice(0, match.index)));
      }
      operands.push(expressionFor(match[0]));
      rest = rest.slice(match.index + match[0].length);
    }
    if (rest !== '' || operands.length === 0) {
      operands.push(quoted(rest));
    }
    const [only = ''] = operands;
    return operands.length === 1 ? only : `concat(${operands.join(', ')})`;
  }

  function expressionFor(found: string): string {
    const [, name = '', path = ''] = lateOutputPattern.exec(found) ?? [];
    const source = byName.get(name);
    if (source === undefined) {
      return found.includes('/resourceGroups/') ? 'resourceGroup().id' : 'subscription().id';
    }
    const { apiVersion } = armTypeOf(source.type, source.inputs);
    return `reference(${resourceId(source)}, '${apiVersion}').${path.replace(/^properties\./, '')}`;
  }

  function resourceId({ type: token, inputs }: RecordedResource): string {
    const armType = armTypeOf(token, inputs);
    const named = [armType.type, ...armNameOf(armType, inputs)].map(quoted).join(', ');
    return armType.extension === undefined
      ? `resourceId(${named})`
      : `extensionResourceId(${operand(String(inputs[armType.extension]))}, ${named})`;
  }

  return {
    text: (plain) => {
      const expression = operand(plain);
      if (expression !== quoted(plain)) {
        return `[${expression}]`;
      }
      return plain.startsWith('[') ? `[${plain}` : plain;
    },
    resourceId,
  };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
