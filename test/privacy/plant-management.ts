// Somebody in every word that management takes: in texts by their address, in the names of things by what stands before the @.
import type { Call } from '../answers/scene.js';

export interface PlantedWords {
  /** A text of its own that holds the address of the person. */
  text(what: string): string;
  /** A name of its own that spells them. */
  name(what: string): string;
  /** A name that is asked about and kept nowhere. */
  passing(what: string): string;
  readonly email: string;
}

export interface PlantedPlace {
  readonly subscriptionId: string;
  /** As ACS writes it. */
  readonly dataLocation: string;
}

/** Names of things, which an erasure leaves, and its receipt names. */
export const namesThatStay: readonly string[] = [
  'changed',
  'changed-domain',
  'changed-mail',
  'domain',
  'entry',
  'group',
  'list',
  'mail',
  'pattern',
  'region',
  'route',
  'sender',
  'service',
  'trunk',
];

export async function plantManagement(
  call: Call,
  headers: Readonly<Record<string, string>>,
  { text, name, passing, email }: PlantedWords,
  { subscriptionId, dataLocation }: PlantedPlace,
): Promise<void> {
  const group = { subscriptionId, resourceGroupName: name('group') };
  const manage = (operation: string, params: Readonly<Record<string, string>>, body: object) =>
    call(operation, { headers, params: { ...group, ...params }, body });
  const tags = (what: string) => ({ [text(`${what} tag name`)]: 'x', kept: text(`${what} tag`), team: 'post' });
  await manage(
    'resource-manager-put-group',
    {},
    {
      location: name('region'),
      tags: tags('group'),
      managedBy: text('manager of the group'),
    },
  );
  const type = 'Microsoft.Communication/CommunicationServices';
  await manage('management-check-name', {}, { name: passing('asked'), type });

  // Each of what a change takes is planted anew, since it takes the place of what was put.
  const service = { communicationServiceName: name('service') };
  const serviceWords = (what: string) => ({
    tags: tags(what),
    identity: { type: 'UserAssigned', userAssignedIdentities: { [text(`${what} identity`)]: {} } },
  });
  const linked = (what: string) => ({ linkedDomains: [text(`${what} link`)] });
  const put = { location: passing('service location'), properties: { dataLocation, ...linked('service') } };
  await manage('management-put-service', service, { ...put, ...serviceWords('service') });
  const other = { communicationServiceName: name('changed') };
  await manage('management-put-service', other, { location: 'global', properties: { dataLocation } });
  await manage('management-update-service', other, { ...serviceWords('changed'), properties: linked('changed') });
  const smtpUser = { entraApplicationId: text('application'), tenantId: text('tenant') };
  await manage(
    'management-put-smtp-user',
    { ...service, smtpUsername: name('smtp') },
    {
      properties: { username: text('smtp user'), ...smtpUser },
    },
  );

  const mail = { emailServiceName: name('mail') };
  const mailPut = { location: passing('mail location'), properties: { dataLocation } };
  await manage('management-put-email-service', mail, { ...mailPut, tags: tags('mail') });
  const changedMail = { emailServiceName: name('changed-mail') };
  await manage('management-put-email-service', changedMail, mailPut);
  await manage('management-update-email-service', changedMail, { tags: tags('changed mail') });
  const domain = { ...mail, domainName: `${name('domain')}.example` };
  const domainPut = { location: passing('domain location'), properties: { domainManagement: 'CustomerManaged' } };
  await manage('management-put-domain', domain, { ...domainPut, tags: tags('domain') });
  const changedDomain = { ...mail, domainName: `${name('changed-domain')}.example` };
  await manage('management-put-domain', changedDomain, domainPut);
  await manage('management-update-domain', changedDomain, { tags: tags('changed domain') });
  await manage(
    'management-put-sender',
    { ...domain, senderUsername: name('sender') },
    {
      properties: { username: name('sender'), displayName: text('sender name') },
    },
  );
  const list = { ...domain, suppressionListName: name('list') };
  await manage('management-put-suppression-list', list, { properties: { listName: text('list name') } });
  const address = (addressId: string, properties: object) =>
    manage('management-put-suppressed-address', { ...list, addressId }, { properties });
  await address('her-own', { email, notes: text('notes on her') });
  await address(name('entry'), {
    email: 'bert@post.example',
    firstName: text('first name'),
    lastName: text('last name'),
    notes: text('notes'),
  });
}
