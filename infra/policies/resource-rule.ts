// A rule about single resources of some types.
import type { ResourceValidationPolicy } from '@pulumi/policy';
import type { Props } from './read-props.js';

interface ResourceRule {
  readonly name: string;
  /** Why the rule is there. */
  readonly why: string;
  /** What is wrong with a resource of a type; types that are not named are not looked at. */
  readonly checks: Readonly<Record<string, (props: Props) => readonly string[]>>;
}

export function resourceRule({ name, why, checks }: ResourceRule): ResourceValidationPolicy {
  return {
    name,
    description: why,
    enforcementLevel: 'mandatory',
    validateResource: (args, report) => {
      const check = checks[args.type.replace('azure-native:', '')];
      for (const problem of check?.(args.props) ?? []) {
        report(`${problem}. ${why}`);
      }
    },
  };
}
