// Every operation at the host of a resource, called so that each of its answers is seen.
import { readTracked, tokenIn, trackAll } from '../email/read-tracked.js';
import { ItemStore, itemKinds, mailboxMails, resourceItems } from '../../shared/email/index.js';
import { workJobs } from '../privacy/composed-app.js';
import type { Scene } from './scene.js';

const days = (count: number) => count * 24 * 60 * 60_000;
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

export async function playIdentity({ call, entraToken, entraUser }: Scene): Promise<void> {
  const { body } = await call('identity-create', { body: { createTokenWithScopes: ['chat'] } });
  await call('identity-create');
  const params = { id: String(body.identity.id) };
  await call('identity-issue-token', { params, body: { scopes: ['chat', 'voip'] } });
  await call('identity-revoke-tokens', { params });
  await call('identity-delete', { params });
  const token = await entraToken('https://auth.msft.communication.azure.com', 'Teams.ManageCalls');
  const { application: appId, objectId: userId } = entraUser;
  await call('identity-exchange-teams-token', { body: { token, appId, userId } });
  const bearer = await entraToken('https://communication.azure.com/clients', 'VoIP');
  await call('identity-exchange-entra-token', { headers: { authorization: `Bearer ${bearer}` } });
}

export async function playChat(scene: Scene): Promise<void> {
  const { app, call, newUser } = scene;
  const [anna, bert] = [await newUser(), await newUser()];
  const participants = [{ communicationIdentifier: { rawId: bert.id }, displayName: 'Bert', metadata: { a: 'b' } }];
  const strangers = [{ communicationIdentifier: { rawId: '8:acs:nobody' } }];
  const made = await call('chat-create-thread', {
    user: anna,
    body: {
      topic: 'Tea',
      participants: [...participants, ...strangers],
      metadata: { a: 'b' },
      retentionPolicy: { kind: 'threadCreationDate', deleteThreadAfterDays: 30 },
    },
  });
  const params = { chatThreadId: String(made.body.chatThread.id) };
  const inThread = { user: anna, params };
  await call('chat-list-threads', { user: anna, query: { maxPageSize: 1 } });
  await call('chat-get-thread', inThread);
  await call('chat-update-thread', { ...inThread, body: { topic: 'Coffee' } });
  await call('chat-remove-participant', { ...inThread, body: { rawId: bert.id } });
  await call('chat-add-participants', { ...inThread, body: { participants } });
  await call('chat-add-participants', { ...inThread, body: { participants: strangers } });
  await call('chat-list-participants', { ...inThread, query: { maxPageSize: 1 } });
  await playMessages(scene, anna, params);
  await playImages(scene, anna, params);
  await call('chat-get-default-history');
  await call('chat-set-default-history', { body: { history: 'all' } });
  await call('chat-get-default-retention');
  await call('chat-set-default-retention', { body: { kind: 'none' } });
  // Past the policy of the thread, and within the time in which it can be restored.
  app.clock.setOffset(app.clock.offsetMs + days(31));
  await app.sweep();
  await call('chat-list-expired-threads');
  await call('chat-restore-thread', { params, body: { retentionPolicy: { kind: 'none' } } });
  const user = await newUser();
  const again = await call('chat-create-thread', { user, body: { topic: 'Again' } });
  await call('chat-delete-thread', { user, params: { chatThreadId: String(again.body.chatThread.id) } });
}

async function playMessages({ call }: Scene, anna: { id: string; token: string }, params: { chatThreadId: string }) {
  const inThread = { user: anna, params };
  const attachments = [{ id: 'a', attachmentType: 'file', url: 'https://contoso.europe.example/a' }];
  const sent = await call('chat-send-message', {
    ...inThread,
    body: { content: 'Hello', senderDisplayName: 'Anna', metadata: { a: 'b' }, attachments },
  });
  const chatMessageId = String(sent.body.id);
  const onMessage = { user: anna, params: { ...params, chatMessageId } };
  await call('chat-get-message', onMessage);
  await call('chat-update-message', { ...onMessage, body: { content: 'Hello again' } });
  await call('chat-list-messages', { ...inThread, query: { maxPageSize: 2 } });
  await call('chat-send-typing-notice', inThread);
  await call('chat-send-read-receipt', { ...inThread, body: { chatMessageId } });
  await call('chat-list-read-receipts', inThread);
  await call('chat-delete-message', onMessage);
  // Changes of topic and membership, and what is left of a deleted message, are among them.
  await call('chat-list-messages', inThread);
}

async function playImages({ call }: Scene, anna: { id: string; token: string }, params: { chatThreadId: string }) {
  const inThread = { user: anna, params };
  const headers = { 'content-type': 'image/png', 'image-filename': 'a.png' };
  const { body } = await call('chat-upload-image', { ...inThread, headers, body: png });
  const imageId = String(body.id);
  await call('chat-view-image', { user: anna, params: { ...params, imageId, imageViewType: 'original' } });
  await call('chat-delete-image', { user: anna, params: { ...params, imageId } });
}

export async function playEmail(scene: Scene): Promise<void> {
  const { app, call } = scene;
  await app.seed();
  const { mailSender: senderAddress } = await app.defaultResource();
  const content = { subject: 'Tea', plainText: 'At four' };
  const sent = await call('email-send', {
    body: { senderAddress, content, recipients: { to: [{ address: 'anna@contoso.example' }] } },
  });
  await call('email-get-send-result', { params: { operationId: String(sent.body.id) } });
  const { immutableId } = await app.defaultResource();
  const rows = await app.storage.table(mailboxMails).query<{ returnPath: string }>({ partition: immutableId, top: 1 });
  await call('email-report-bounce', {
    body: Buffer.from(bounceOf('anna@contoso.example')),
    query: { recipient: String(rows.rows[0]?.returnPath) },
    headers: { 'content-type': 'message/rfc822' },
  });
  await call('email-check-domain', { body: { domain: senderAddress.slice(senderAddress.indexOf('@') + 1) } });
  const suppressed = { to: [{ address: 'suppressed@contoso.example' }] };
  const dropped = await call('email-send', { body: { senderAddress, content, recipients: suppressed } });
  await call('email-get-send-result', { params: { operationId: String(dropped.body.id) } });
  await trackAll(app, 'Enabled');
  const html = '<a href="https://contoso.example/tea">Tea</a>';
  const tracked = { to: [{ address: 'tracked@contoso.example' }] };
  const { body } = await call('email-send', {
    body: { senderAddress, content: { subject: 'Tea', html }, recipients: tracked },
  });
  await call('email-get-send-result', { params: { operationId: String(body.id) } });
  const kept = (await app.storage.table(mailboxMails).query<{ to: string }>({ partition: immutableId })).rows;
  const { link, picture } = await readTracked(app, kept.find(({ to }) => to === tracked.to[0]?.address)?.rowKey ?? '');
  await call('email-follow-link', { params: { token: tokenIn(link) } });
  await call('email-load-picture', { params: { token: tokenIn(picture) } });
  await call('email-domain-page');
  await trackAll(app, 'Disabled');
  await playGateway(scene, senderAddress, String(rows.rows[0]?.returnPath));
}

/** What the gateway asks. */
async function playGateway({ app, call, asGateway }: Scene, senderAddress: string, address: string): Promise<void> {
  const { name: resource, immutableId } = await app.defaultResource();
  const [username, id] = ['shop', '11111111-2222-4333-8444-555555555555'];
  await new ItemStore(app.storage.table(resourceItems)).put(immutableId, itemKinds.smtpUsernames, ['mailer'], {
    name: 'mailer',
    properties: { username, entraApplicationId: id, tenantId: id },
  });
  await call('email-gateway-find-user', asGateway({ username }));
  const content = { subject: 'Tea', plainText: 'At four' };
  const message = { senderAddress, content, recipients: { bcc: [{ address: 'anna@contoso.example' }] } };
  const shown = { to: [{ address: 'all@contoso.example' }], cc: [] };
  await call('email-gateway-send', asGateway({ resource, username, operationId: id, message, shown }));
  await call('email-gateway-find-return-path', asGateway({ address }));
  const messageInBase64 = Buffer.from(bounceOf('anna@contoso.example')).toString('base64');
  await call('email-gateway-report-bounce', asGateway({ resource, recipient: address, messageInBase64 }));
}

function bounceOf(address: string): string {
  const fields = `Final-Recipient: rfc822; ${address}\r\nAction: failed\r\nStatus: 5.1.1`;
  const report = 'Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status';
  return `${report}\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n${fields}\r\n--b--\r\n`;
}

export async function playPrivacy({ call, newUser, finishOperation, privacyOfficer }: Scene): Promise<void> {
  const [anna, bert] = [await newUser(), await newUser()];
  const params = { personId: 'anna' };
  const body = { identifiers: [anna.id, 'anna@contoso.example'] };
  await call('privacy-add-identifiers', { params, body });
  await call('privacy-remove-identifiers', { params, body: { identifiers: ['anna@contoso.example'] } });
  await call('privacy-get-person', { params });
  await call('privacy-list-persons', { query: { maxPageSize: 1 } });
  await call('privacy-find-persons', { body: { identifiers: [anna.id] } });
  await call('chat-create-thread', { user: anna, body: { topic: 'Tea' } });
  await call('privacy-identify-person', { params });
  await call('privacy-identify', { body });
  const exported = await call('privacy-export-person', { params });
  const operationId = String(exported.body.id);
  await call('privacy-get-operation', { params: { operationId } });
  await finishOperation(operationId);
  await call('privacy-get-operation', { params: { operationId } });
  await call('privacy-get-export-content', { params: { operationId } });
  await call('privacy-get-export-content', { params: { operationId }, headers: { range: 'bytes=0-3' } });
  await call('privacy-export', { body });
  await call('privacy-erase-person', { params, body: { dryRun: true } });
  const erasing = await call('privacy-erase-person', { params });
  await finishOperation(String(erasing.body.id));
  await call('privacy-get-operation', { params: { operationId: String(erasing.body.id) } });
  await call('privacy-erase', { body: { identifiers: [bert.id], dryRun: true } });
  await call('privacy-erase', { body: { identifiers: [bert.id] } });
  const receipts = await call('privacy-list-receipts');
  await call('privacy-get-receipt', { params: { receiptId: String(receipts.body.value[0].receiptId) } });
  await call('privacy-list-audit');
  await call('privacy-list-geography-receipts', { headers: privacyOfficer });
}

export async function playResidency({ app, call }: Scene): Promise<void> {
  await app.recordResidency();
  await workJobs(app);
  await call('residency-get-record');
}

/** What a resource tells the outside. */
export async function playEvents({ call }: Scene): Promise<void> {
  await call('events-set-settings', { body: { types: ['ChatMessageReceived'], content: false } });
  await call('events-get-settings');
}

/** What of a resource is logged, and what was. */
export async function playDiagnostics({ call }: Scene): Promise<void> {
  const body = { categories: ['ChatOperational'], retentionDays: 30, identifiers: 'pseudonymous' };
  await call('diagnostics-set-settings', { body });
  await call('diagnostics-get-settings');
  await call('diagnostics-query-logs', { body: { table: 'ACSChatIncomingOperations' } });
  // What the other scenes do is not logged.
  await call('diagnostics-set-settings', { body: { ...body, categories: 'none' } });
}

export async function playRetention({ call, newUser }: Scene): Promise<void> {
  const { body } = await call('chat-create-thread', {
    user: await newUser(),
    body: { topic: 'Tea', retentionPolicy: { kind: 'threadCreationDate', deleteThreadAfterDays: 30 } },
  });
  const params = { kind: 'thread', id: String(body.chatThread.id) };
  await call('retention-get-explanation', { params });
  await call('retention-explain', { body: params });
}

export async function playSample({ call }: Scene): Promise<void> {
  const { body } = await call('sample-write-note', { body: { author: '8:acs:somebody', text: 'Hello' } });
  const params = { noteId: String(body.id) };
  await call('sample-get-note', { params });
  await call('sample-post-note', { params, body: { address: 'anna@receiver.example' } });
  const begun = await call('sample-clear-notes');
  const operationId = new URL(begun.headers['operation-location'] ?? '').pathname.split('/').at(-1) ?? '';
  await call('sample-get-operation', { params: { operationId } });
}
