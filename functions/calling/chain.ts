// Answers about a call: each says of which, in the header that ACS has for it.
import { accessKey } from '../../shared/auth/index.js';
import { callFaults, callRateLimits } from '../../shared/calling/index.js';
import type { RequestFacts } from '../../shared/api/index.js';
import { Answer } from '../../shared/http/index.js';
import type { Asked } from '../../shared/calling/index.js';
import type { Resource } from '../../shared/geography/index.js';

export const ofCall = 'calling/callConnections/{callConnectionId}';
/** What all operations that change a call have in common. */
export const changesCall = {
  service: 'callAutomation',
  auth: accessKey,
  invalid: callFaults.invalid,
  limit: callRateLimits.changeCalls,
} as const;
export const chainHeader = 'x-microsoft-skype-chain-id';

export function chained<Status extends 200 | 201 | 202 | 204, Body = undefined>(
  status: Status,
  correlationId: string,
  body?: Body,
  { repeatabilityRequestId }: Partial<RequestFacts> = {},
): Answer<Status, Body> {
  return new Answer<Status, Body>(status, body, {
    [chainHeader]: correlationId,
    ...(repeatabilityRequestId !== undefined && { 'repeatability-result': 'accepted' }),
  });
}

interface AskedBody {
  readonly operationContext?: string | undefined;
  readonly operationCallbackUri?: string | undefined;
}

export function toAsked(
  {
    resource,
    params,
    request,
  }: {
    readonly resource: Resource;
    readonly params: { readonly callConnectionId: string };
    readonly request: RequestFacts;
  },
  { operationContext, operationCallbackUri }: AskedBody = {},
): Asked {
  return {
    resourceId: resource.immutableId,
    connection: params.callConnectionId,
    context: operationContext,
    callbackUri: operationCallbackUri,
    requestId: request.repeatabilityRequestId,
  };
}

export function echo({ operationContext }: AskedBody): { operationContext?: string } {
  return operationContext === undefined ? {} : { operationContext };
}
