// After a start each resource that has a port gets it back, or another one if somebody else has taken it meanwhile.
import type { Hosts, PortOpener } from './hosts.js';
import type { RecordStore } from './record-store.js';
import { lets } from './resource-states.js';

export async function openAgain(hosts: Hosts, records: RecordStore, ports: PortOpener): Promise<void> {
  hosts.openWith(ports);
  for (const record of await records.all('communicationServices')) {
    if (!lets(record.state).owners || record.host === undefined) {
      continue;
    }
    const host = await hosts.open(record.id.name, record.host);
    if (host !== record.host) {
      await records.save({ ...record, host });
    }
  }
}
