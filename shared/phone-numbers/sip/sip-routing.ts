// The SIP routing of a resource as it is kept: one row, changed by compare-and-swap.
import type { PersonalIdentifier } from '../../data-map/index.js';
import { StorageTooLarge } from '../../storage/index.js';
import type { NumberItems } from '../number-items.js';
import { changedConfiguration } from './change-configuration.js';
import { sipFaults } from './faults.js';
import { noSipConfiguration, type SipChange, type SipConfiguration } from './model.js';
import { sipWordsAbout, withoutDescriptions } from './sip-words.js';

const sipId = 'routing';
const maxTries = 5;

export async function sipConfigurationOf(items: NumberItems, resourceId: string): Promise<SipConfiguration> {
  return (await items.find(resourceId, 'sip', sipId))?.content ?? noSipConfiguration;
}

/** @throws {Fault} 400 or 422 when something is wrong, 503 when others change it all the time */
export async function changeSipConfiguration(
  items: NumberItems,
  resourceId: string,
  change: SipChange,
): Promise<SipConfiguration> {
  for (let tries = 0; tries < maxTries; tries++) {
    const found = await items.find(resourceId, 'sip', sipId);
    const changed = changedConfiguration(found?.content ?? noSipConfiguration, change);
    if ((await write(items, resourceId, changed, found?.etag)) !== undefined) {
      return changed;
    }
  }
  throw sipFaults.busy();
}

/** @throws {Fault} 413 */
async function write(
  items: NumberItems,
  resourceId: string,
  changed: SipConfiguration,
  etag: string | undefined,
): Promise<string | undefined> {
  try {
    return await items.change(resourceId, 'sip', sipId, changed, etag);
  } catch (error) {
    throw error instanceof StorageTooLarge ? sipFaults.tooLarge() : error;
  }
}

/** Takes words about a person out. @returns how many routes had some */
export async function eraseSipWords(
  items: NumberItems,
  resourceId: string,
  identifier: PersonalIdentifier,
): Promise<number> {
  for (let tries = 0; tries < maxTries; tries++) {
    const found = await items.find(resourceId, 'sip', sipId);
    const described = found === undefined ? [] : sipWordsAbout(found.content, identifier).described;
    if (found === undefined || described.length === 0) {
      return 0;
    }
    const changed = withoutDescriptions(found.content, identifier);
    if ((await items.change(resourceId, 'sip', sipId, changed, found.etag)) !== undefined) {
      return described.length;
    }
  }
  throw new Error('The SIP routing changes all the time.');
}
