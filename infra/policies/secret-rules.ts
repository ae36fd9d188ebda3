// A master secret that is replaced leaves something behind: hashes and ids follow from the earlier ones for ever.
import { at, listAt } from './read-props.js';
import { resourceRule } from './resource-rule.js';

export const masterSecretsStay = resourceRule({
  name: 'master-secrets-stay',
  why: 'Opt-outs and persons are kept as keyed hashes of the first master secret, ids follow from the one of their resource: without the earlier ones people get mail again that they have forbidden, and nobody is found.',
  checks: {
    'web:WebApp': (props) => {
      const settings = new Map(
        listAt(props, 'siteConfig.appSettings').map((each) => [String(at(each, 'name')), String(at(each, 'value'))]),
      );
      const version = settings.get('DOMICILE_MASTER_SECRET_VERSION') ?? '';
      if (!/^[1-9]\d*$/.test(version)) {
        return ['DOMICILE_MASTER_SECRET_VERSION says no version, so that of the secret is not known'];
      }
      const hasPast = settings.has('DOMICILE_RETIRED_MASTER_SECRETS');
      return hasPast === Number(version) > 1
        ? []
        : [`Version ${version} of the master secret comes ${hasPast ? 'with' : 'without'} earlier ones`];
    },
  },
});
