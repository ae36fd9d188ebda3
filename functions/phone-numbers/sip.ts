// SIP routing. Contract: 2023-03-01; all methods of the SDK are made of these two.
import { operation } from '../../shared/api/index.js';
import { accessKey } from '../../shared/auth/index.js';
import { changeSipConfiguration, type NumberParts, sipConfigurationOf } from '../../shared/phone-numbers/index.js';
import { SipConfigurationAnswer } from './answers.js';
import { SipChangeRequest } from './wire.js';

const common = { service: 'sip', auth: accessKey, returns: SipConfigurationAnswer } as const;

export function sipOperations({ items, jobs }: NumberParts) {
  return [
    operation({
      ...common,
      name: 'sip-get-routing',
      contract: 'sipRouting.get',
      summary: 'Gets the SIP trunks and routes.',
      route: 'GET sip',
      ok: ({ resource }) => sipConfigurationOf(items, resource.immutableId),
    }),
    operation({
      ...common,
      name: 'sip-update-routing',
      contract: 'sipRouting.update',
      summary: 'Changes SIP trunks one by one, and routes as a whole.',
      route: 'PATCH sip',
      body: SipChangeRequest,
      ok: async ({ resource, body }) => {
        await jobs.requireOwnStorage();
        return changeSipConfiguration(items, resource.immutableId, body);
      },
    }),
  ];
}
