// The SDK's table client with what storage does not need taken out of its pipeline, and bounded retries.
import { type NamedKeyCredential, TableClient } from '@azure/data-tables';
import {
  decompressResponsePolicyName,
  defaultRetryPolicy,
  formDataPolicyName,
  type HttpClient,
  logPolicyName,
  multipartPolicyName,
  type PipelinePolicy,
  type PipelineRequest,
  proxyPolicyName,
  redirectPolicyName,
  tracingPolicyName,
  userAgentPolicyName,
} from '@azure/core-rest-pipeline';
import type { TokenCredential } from '@azure/identity';
import { escapeTextPolicy } from './escape-text.js';

/** Costs CPU on every call (about a tenth of an insert), or logs and traces URLs, which hold row keys. */
const unneededPolicies = [
  decompressResponsePolicyName,
  formDataPolicyName,
  logPolicyName,
  multipartPolicyName,
  proxyPolicyName,
  redirectPolicyName,
  tracingPolicyName,
  userAgentPolicyName,
];

export function createTableClient(
  endpoint: string,
  physicalName: string,
  credential: NamedKeyCredential | TokenCredential,
  httpClient: HttpClient,
): TableClient {
  const options = { httpClient, allowInsecureConnection: endpoint.startsWith('http:') };
  const client =
    'key' in credential
      ? new TableClient(endpoint, physicalName, credential, options)
      : new TableClient(endpoint, physicalName, credential, options);
  for (const name of unneededPolicies) {
    client.pipeline.removePolicy({ name });
  }
  // Behind the serializer and ahead of the signature, which sets the length.
  client.pipeline.addPolicy(escapeTextPolicy(), { phase: 'Serialize' });
  client.pipeline.removePolicy({ phase: 'Retry' });
  client.pipeline.addPolicy(retryRepeatablePolicy(), { phase: 'Retry' });
  return client;
}

/** Retries what may be done twice: reads, and writes that name their row and set no condition. Never an insert. */
function retryRepeatablePolicy(): PipelinePolicy {
  const retry = defaultRetryPolicy({ maxRetries: 2, retryDelayInMs: 50, maxRetryDelayInMs: 500 });
  return {
    name: 'retryRepeatablePolicy',
    sendRequest: (request, next) => (isRepeatable(request) ? retry.sendRequest(request, next) : next(request)),
  };
}

function isRepeatable({ method, headers }: PipelineRequest): boolean {
  const condition = headers.get('If-Match');
  return method !== 'POST' && (condition === undefined || condition === '*');
}
