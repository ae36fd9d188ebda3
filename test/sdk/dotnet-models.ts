// What the SDKs of .NET make of an answer, rebuilt from their public source, as none of their packages could be had:
// Azure/azure-sdk-for-net, sdk/communication, the `…Serialization.cs` of Chat and Identity and the shared
// CommunicationIdentifierSerializer.cs. Only what throws is kept: a field that they read as text must be text, a time is
// read by the format "O", and null throws where one of their versions in use does not look for it.

/** How a field is read. */
type Reading = 'text' | 'time' | 'identifier' | { readonly model: Model } | { readonly list: Model };

export interface Model {
  readonly fields: Readonly<Record<string, Reading>>;
  /** Without one of these the object is made, and throws or lies as soon as somebody reads it. */
  readonly needed: readonly string[];
}

const participant: Model = {
  fields: { communicationIdentifier: 'identifier', displayName: 'text', shareHistoryTime: 'time' },
  needed: ['communicationIdentifier'],
};
const content: Model = {
  fields: { message: 'text', topic: 'text', participants: { list: participant }, initiator: 'identifier' },
  needed: [],
};
const error: Model = { fields: { code: 'text', message: 'text', target: 'text' }, needed: ['code', 'message'] };
const properties: Model = {
  fields: {
    id: 'text',
    topic: 'text',
    createdOn: 'time',
    createdByCommunicationIdentifier: 'identifier',
    deletedOn: 'time',
  },
  needed: ['id', 'topic', 'createdOn', 'createdByCommunicationIdentifier'],
};
const message: Model = {
  fields: {
    id: 'text',
    type: 'text',
    sequenceId: 'text',
    version: 'text',
    content: { model: content },
    senderDisplayName: 'text',
    createdOn: 'time',
    senderCommunicationIdentifier: 'identifier',
    deletedOn: 'time',
    editedOn: 'time',
  },
  needed: ['id', 'type', 'sequenceId', 'version', 'createdOn'],
};
const receipt: Model = {
  fields: { senderCommunicationIdentifier: 'identifier', chatMessageId: 'text', readOn: 'time' },
  needed: ['senderCommunicationIdentifier', 'chatMessageId', 'readOn'],
};
const thread: Model = {
  fields: { id: 'text', topic: 'text', deletedOn: 'time', lastMessageReceivedOn: 'time' },
  needed: ['id', 'topic'],
};
const accessToken: Model = { fields: { token: 'text', expiresOn: 'time' }, needed: ['token', 'expiresOn'] };
const pageOf = (list: Model): Model => ({ fields: { value: { list }, nextLink: 'text' }, needed: ['value'] });

export const dotnetModels = {
  createChatThreadResult: {
    fields: { chatThread: { model: properties }, invalidParticipants: { list: error } },
    needed: [],
  },
  chatThreadProperties: properties,
  chatThreads: pageOf(thread),
  sendChatMessageResult: { fields: { id: 'text' }, needed: ['id'] },
  chatMessage: message,
  chatMessages: pageOf(message),
  chatParticipants: pageOf(participant),
  chatReadReceipts: pageOf(receipt),
  addChatParticipantsResult: { fields: { invalidParticipants: { list: error } }, needed: [] },
  userAndToken: {
    fields: { identity: { model: { fields: { id: 'text' }, needed: ['id'] } }, accessToken: { model: accessToken } },
    needed: ['identity'],
  },
  accessToken,
  /** What Azure.Core takes the code and the text of a RequestFailedException from. */
  refusal: { fields: { error: { model: error } }, needed: ['error'] },
} as const satisfies Readonly<Record<string, Model>>;
