// An event of a call as the contract writes it: a CloudEvent. People are written with the model of their kind.
import type { Callback } from '../../shared/calling/index.js';
import type { Participant } from '../../shared/calling/index.js';
import { toIso } from '../../shared/time/instant.js';
import { writeIdentifier } from './identifiers.js';

const prefix = 'Microsoft.Communication.';

export function renderCallback({ event, serverCallId, correlationId }: Callback): object {
  const { id, connection, time, apiVersion, context, result, data } = event;
  const type = prefix + event.type;
  const source = `calling/callConnections/${connection}`;
  return {
    id,
    source,
    type,
    data: {
      version: apiVersion,
      ...(context !== undefined && { operationContext: context }),
      ...(result !== undefined && { resultInformation: result }),
      ...renderData(data),
      callConnectionId: connection,
      serverCallId,
      correlationId,
      publicEventType: type,
    },
    time: toIso(time),
    specversion: '1.0',
    datacontenttype: 'application/json',
    subject: source,
  };
}

/** In which fields of events people stand, by their raw ids. */
const people = ['participant', 'transferTarget', 'transferee'];

function renderData(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const written: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(data)) {
    if (name === 'participants') {
      written[name] = (value as readonly Omit<Participant, 'state'>[]).map(({ rawId, isMuted, isOnHold }) => ({
        identifier: writeIdentifier(rawId),
        isMuted,
        isOnHold,
      }));
    } else if (people.includes(name) && typeof value === 'string') {
      written[name] = writeIdentifier(value);
    } else {
      written[name] = value;
    }
  }
  return written;
}
