// The operations of ACS that its SDKs call, by service: what the support matrix measures us by. Names as in the
// generated code of the npm packages; calls that the packages write by hand, or only newer versions of the interface have,
// have a name of ours. A service of our own is not here: no SDK knows it.
import type { ServiceName } from '../../shared/api/api-versions.js';

export interface KnownService {
  readonly title: string;
  /** Name in the SDK's generated code → method and path, what it does. */
  readonly operations: Readonly<Record<string, readonly [route: string, does: string]>>;
}

const inSubscription = 'subscriptions/{subscriptionId}/providers/Microsoft.Communication';
const inGroup = 'subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Communication';
const service = `${inGroup}/communicationServices/{communicationServiceName}`;
const emailService = `${inGroup}/emailServices/{emailServiceName}`;
const domain = `${emailService}/domains/{domainName}`;
const suppressionList = `${domain}/suppressionLists/{suppressionListName}`;

export const knownServices: Readonly<Partial<Record<ServiceName, KnownService>>> = {
  identity: {
    title: 'Identity',
    operations: {
      'communicationIdentityOperations.create': ['POST identities', 'Create a user, with a token if asked for'],
      'communicationIdentityOperations.issueAccessToken': [
        'POST identities/{id}/:issueAccessToken',
        'Issue a token for a user',
      ],
      'communicationIdentityOperations.revokeAccessTokens': [
        'POST identities/{id}/:revokeAccessTokens',
        'End all tokens of a user',
      ],
      'communicationIdentityOperations.delete': ['DELETE identities/{id}', 'Delete a user'],
      'communicationIdentityOperations.exchangeTeamsUserAccessToken': [
        'POST teamsUser/:exchangeAccessToken',
        'Exchange the Entra token of a Teams user',
      ],
      'entraTokenCredential.exchange': [
        'POST access/entra/:exchangeAccessToken',
        'Exchange an Entra token for a token of a user',
      ],
      'entraTokenCredential.exchangeTeamsExtension': [
        'POST access/teamsExtension/:exchangeAccessToken',
        'Exchange an Entra token for the Teams phone extension',
      ],
    },
  },
  chat: {
    title: 'Chat',
    operations: {
      'chat.createChatThread': ['POST chat/threads', 'Create a thread'],
      'chat.listChatThreads': ['GET chat/threads', "List the caller's threads"],
      'chat.deleteChatThread': ['DELETE chat/threads/{chatThreadId}', 'Delete a thread'],
      'chatThread.getChatThreadProperties': ['GET chat/threads/{chatThreadId}', 'Get the properties of a thread'],
      'chatThread.updateChatThreadProperties': [
        'PATCH chat/threads/{chatThreadId}',
        'Change topic, metadata or retention policy',
      ],
      'chatThread.listChatParticipants': ['GET chat/threads/{chatThreadId}/participants', 'List participants'],
      'chatThread.addChatParticipants': ['POST chat/threads/{chatThreadId}/participants/:add', 'Add participants'],
      'chatThread.removeChatParticipant': [
        'POST chat/threads/{chatThreadId}/participants/:remove',
        'Remove a participant',
      ],
      'chatThread.sendChatMessage': ['POST chat/threads/{chatThreadId}/messages', 'Send a message'],
      'chatThread.getChatMessage': ['GET chat/threads/{chatThreadId}/messages/{chatMessageId}', 'Get a message'],
      'chatThread.listChatMessages': ['GET chat/threads/{chatThreadId}/messages', 'List messages'],
      'chatThread.updateChatMessage': ['PATCH chat/threads/{chatThreadId}/messages/{chatMessageId}', 'Edit a message'],
      'chatThread.deleteChatMessage': [
        'DELETE chat/threads/{chatThreadId}/messages/{chatMessageId}',
        'Delete a message',
      ],
      'chatThread.sendTypingNotification': ['POST chat/threads/{chatThreadId}/typing', 'Say that the caller is typing'],
      'chatThread.sendChatReadReceipt': [
        'POST chat/threads/{chatThreadId}/readReceipts',
        'Say what the caller has read',
      ],
      'chatThread.listChatReadReceipts': ['GET chat/threads/{chatThreadId}/readReceipts', 'List read receipts'],
      'signaling.realTimeNotificationsConfiguration': [
        'GET chat/config/realTimeNotifications',
        'Say where live notifications come from',
      ],
    },
  },
  sms: {
    title: 'SMS',
    operations: {
      'sms.send': ['POST sms', 'Send text messages'],
      'optOuts.add': ['POST sms/optouts:add', 'Note that recipients want no more messages'],
      'optOuts.remove': ['POST sms/optouts:remove', 'Take that back'],
      'optOuts.check': ['POST sms/optouts:check', 'Ask who wants no more messages'],
      'deliveryReports.get': ['GET deliveryReports/{outgoingMessageId}', 'Ask what became of a message'],
    },
  },
  email: {
    title: 'Email',
    operations: {
      'email.send': ['POST emails:send', 'Send an e-mail'],
      'email.getSendResult': ['GET emails/operations/{operationId}', 'Ask what became of it'],
    },
  },
  phoneNumbers: {
    title: 'Phone numbers',
    operations: {
      'phoneNumbers.listAvailableCountries': ['GET availablePhoneNumbers/countries', 'List countries with numbers'],
      'phoneNumbers.listAvailableLocalities': [
        'GET availablePhoneNumbers/countries/{countryCode}/localities',
        'List places of a country',
      ],
      'phoneNumbers.listAreaCodes': ['GET availablePhoneNumbers/countries/{countryCode}/areaCodes', 'List area codes'],
      'phoneNumbers.listOfferings': [
        'GET availablePhoneNumbers/countries/{countryCode}/offerings',
        'List kinds of numbers and their prices',
      ],
      'phoneNumbers.browseAvailableNumbers': [
        'POST availablePhoneNumbers/countries/{countryCode}/:browse',
        'Browse free numbers',
      ],
      'phoneNumbers.searchAvailablePhoneNumbers': [
        'POST availablePhoneNumbers/countries/{countryCode}/:search',
        'Search numbers and hold them',
      ],
      'phoneNumbers.getSearchResult': ['GET availablePhoneNumbers/searchResults/{searchId}', 'Get what a search found'],
      'phoneNumbers.purchasePhoneNumbers': ['POST availablePhoneNumbers/:purchase', 'Buy what a search found'],
      'phoneNumbers.createOrUpdateReservation': [
        'PATCH availablePhoneNumbers/reservations/{reservationId}',
        'Make or change a reservation',
      ],
      'phoneNumbers.getReservation': ['GET availablePhoneNumbers/reservations/{reservationId}', 'Get a reservation'],
      'phoneNumbers.listReservations': ['GET availablePhoneNumbers/reservations', 'List reservations'],
      'phoneNumbers.deleteReservation': [
        'DELETE availablePhoneNumbers/reservations/{reservationId}',
        'Delete a reservation',
      ],
      'phoneNumbers.purchaseReservation': [
        'POST availablePhoneNumbers/reservations/{reservationId}/:purchase',
        'Buy what is reserved',
      ],
      'phoneNumbers.listPhoneNumbers': ['GET phoneNumbers', 'List the numbers one has'],
      'phoneNumbers.getByNumber': ['GET phoneNumbers/{phoneNumber}', 'Get one number'],
      'phoneNumbers.updateCapabilities': [
        'PATCH phoneNumbers/{phoneNumber}/capabilities',
        'Change what a number can do',
      ],
      'phoneNumbers.releasePhoneNumber': ['DELETE phoneNumbers/{phoneNumber}', 'Give a number back'],
      'phoneNumbers.getOperation': [
        'GET phoneNumbers/operations/{operationId}',
        'Ask how a long-running operation stands',
      ],
      'phoneNumbers.cancelOperation': [
        'DELETE phoneNumbers/operations/{operationId}',
        'Cancel a long-running operation',
      ],
      'phoneNumbers.operatorInformationSearch': ['POST operatorInformation/:search', 'Look up the operator of numbers'],
    },
  },
  sip: {
    title: 'SIP routing',
    operations: {
      'sipRouting.get': ['GET sip', 'Get trunks and routes'],
      'sipRouting.update': ['PATCH sip', 'Change trunks and routes'],
    },
  },
  rooms: {
    title: 'Rooms',
    operations: {
      'rooms.create': ['POST rooms', 'Create a room'],
      'rooms.get': ['GET rooms/{roomId}', 'Get a room'],
      'rooms.list': ['GET rooms', 'List rooms'],
      'rooms.update': ['PATCH rooms/{roomId}', 'Change a room'],
      'rooms.delete': ['DELETE rooms/{roomId}', 'Delete a room'],
      'participants.list': ['GET rooms/{roomId}/participants', 'List participants'],
      'participants.update': ['PATCH rooms/{roomId}/participants', 'Add, change and remove participants'],
    },
  },
  callAutomation: {
    title: 'Call automation and recording',
    operations: {
      'callAutomation.createCall': ['POST calling/callConnections', 'Call somebody'],
      'callAutomation.answerCall': ['POST calling/callConnections:answer', 'Answer a call'],
      'callAutomation.redirectCall': ['POST calling/callConnections:redirect', 'Redirect an incoming call'],
      'callAutomation.rejectCall': ['POST calling/callConnections:reject', 'Reject an incoming call'],
      'callAutomation.connect': ['POST calling/callConnections:connect', 'Connect to a call that exists'],
      'callConnection.getCall': ['GET calling/callConnections/{callConnectionId}', 'Get the properties of a call'],
      'callConnection.hangupCall': ['DELETE calling/callConnections/{callConnectionId}', 'Leave a call'],
      'callConnection.terminateCall': [
        'POST calling/callConnections/{callConnectionId}:terminate',
        'End a call for everybody',
      ],
      'callConnection.transferToParticipant': [
        'POST calling/callConnections/{callConnectionId}:transferToParticipant',
        'Transfer a call',
      ],
      'callConnection.getParticipants': [
        'GET calling/callConnections/{callConnectionId}/participants',
        'List participants',
      ],
      'callConnection.getParticipant': [
        'GET calling/callConnections/{callConnectionId}/participants/{participantRawId}',
        'Get one participant',
      ],
      'callConnection.addParticipant': [
        'POST calling/callConnections/{callConnectionId}/participants:add',
        'Invite a participant',
      ],
      'callConnection.cancelAddParticipant': [
        'POST calling/callConnections/{callConnectionId}/participants:cancelAddParticipant',
        'Cancel an invitation',
      ],
      'callConnection.removeParticipant': [
        'POST calling/callConnections/{callConnectionId}/participants:remove',
        'Remove a participant',
      ],
      'callConnection.moveParticipants': [
        'POST calling/callConnections/{callConnectionId}/participants:moveHere',
        'Move participants here from another call',
      ],
      'callConnection.mute': [
        'POST calling/callConnections/{callConnectionId}/participants:mute',
        'Mute a participant',
      ],
      'callMedia.play': ['POST calling/callConnections/{callConnectionId}:play', 'Play audio'],
      'callMedia.recognize': ['POST calling/callConnections/{callConnectionId}:recognize', 'Recognise tones or speech'],
      'callMedia.cancelAllMediaOperations': [
        'POST calling/callConnections/{callConnectionId}:cancelAllMediaOperations',
        'Stop playing and recognising',
      ],
      'callMedia.hold': ['POST calling/callConnections/{callConnectionId}:hold', 'Put a participant on hold'],
      'callMedia.unhold': ['POST calling/callConnections/{callConnectionId}:unhold', 'Take a participant off hold'],
      'callMedia.sendDtmfTones': ['POST calling/callConnections/{callConnectionId}:sendDtmfTones', 'Send tones'],
      'callMedia.startContinuousDtmfRecognition': [
        'POST calling/callConnections/{callConnectionId}:startContinuousDtmfRecognition',
        'Begin to report tones',
      ],
      'callMedia.stopContinuousDtmfRecognition': [
        'POST calling/callConnections/{callConnectionId}:stopContinuousDtmfRecognition',
        'Stop reporting tones',
      ],
      'callMedia.startTranscription': [
        'POST calling/callConnections/{callConnectionId}:startTranscription',
        'Begin to transcribe',
      ],
      'callMedia.updateTranscription': [
        'POST calling/callConnections/{callConnectionId}:updateTranscription',
        'Change the language of a transcription',
      ],
      'callMedia.stopTranscription': [
        'POST calling/callConnections/{callConnectionId}:stopTranscription',
        'Stop transcribing',
      ],
      'callMedia.startMediaStreaming': [
        'POST calling/callConnections/{callConnectionId}:startMediaStreaming',
        'Begin to stream audio',
      ],
      'callMedia.stopMediaStreaming': [
        'POST calling/callConnections/{callConnectionId}:stopMediaStreaming',
        'Stop streaming audio',
      ],
      'callRecording.startRecording': ['POST calling/recordings', 'Begin to record'],
      'callRecording.getRecordingProperties': ['GET calling/recordings/{recordingId}', 'Ask how a recording stands'],
      'callRecording.pauseRecording': ['POST calling/recordings/{recordingId}:pause', 'Pause a recording'],
      'callRecording.resumeRecording': ['POST calling/recordings/{recordingId}:resume', 'Go on recording'],
      'callRecording.stopRecording': ['DELETE calling/recordings/{recordingId}', 'End a recording'],
      'callRecording.download': ['GET v1/objects/{documentId}/content/{kind}', 'Download a recording or its metadata'],
      'callRecording.delete': ['DELETE v1/objects/{documentId}', 'Delete a recording'],
    },
  },
  management: {
    title: 'Management (Azure Resource Manager)',
    operations: {
      'operations.list': ['GET providers/Microsoft.Communication/operations', 'List the operations of the provider'],
      'communicationServices.checkNameAvailability': [
        `POST ${inSubscription}/checkNameAvailability`,
        'Ask whether a name is free',
      ],
      'communicationServices.createOrUpdate': [`PUT ${service}`, 'Create or replace a resource'],
      'communicationServices.get': [`GET ${service}`, 'Get a resource'],
      'communicationServices.listByResourceGroup': [
        `GET ${inGroup}/communicationServices`,
        'List the resources of a group',
      ],
      'communicationServices.listBySubscription': [
        `GET ${inSubscription}/communicationServices`,
        'List the resources of a subscription',
      ],
      'communicationServices.update': [`PATCH ${service}`, 'Change a resource'],
      'communicationServices.delete': [`DELETE ${service}`, 'Delete a resource'],
      'communicationServices.listKeys': [`POST ${service}/listKeys`, 'List access keys'],
      'communicationServices.regenerateKey': [`POST ${service}/regenerateKey`, 'Make a new access key'],
      'communicationServices.linkNotificationHub': [`POST ${service}/linkNotificationHub`, 'Link a notification hub'],
      'emailServices.createOrUpdate': [`PUT ${emailService}`, 'Create or replace an email resource'],
      'emailServices.get': [`GET ${emailService}`, 'Get an email resource'],
      'emailServices.listByResourceGroup': [`GET ${inGroup}/emailServices`, 'List the email resources of a group'],
      'emailServices.listBySubscription': [
        `GET ${inSubscription}/emailServices`,
        'List the email resources of a subscription',
      ],
      'emailServices.listVerifiedExchangeOnlineDomains': [
        `POST ${inSubscription}/listVerifiedExchangeOnlineDomains`,
        'List domains verified in Exchange Online',
      ],
      'emailServices.update': [`PATCH ${emailService}`, 'Change an email resource'],
      'emailServices.delete': [`DELETE ${emailService}`, 'Delete an email resource'],
      'domains.createOrUpdate': [`PUT ${domain}`, 'Create or replace a domain'],
      'domains.get': [`GET ${domain}`, 'Get a domain'],
      'domains.listByEmailServiceResource': [`GET ${emailService}/domains`, 'List domains'],
      'domains.update': [`PATCH ${domain}`, 'Change a domain'],
      'domains.delete': [`DELETE ${domain}`, 'Delete a domain'],
      'domains.initiateVerification': [`POST ${domain}/initiateVerification`, 'Begin to verify a domain'],
      'domains.cancelVerification': [`POST ${domain}/cancelVerification`, 'Cancel the verification of a domain'],
      'senderUsernames.createOrUpdate': [
        `PUT ${domain}/senderUsernames/{senderUsername}`,
        'Create or replace a sender',
      ],
      'senderUsernames.get': [`GET ${domain}/senderUsernames/{senderUsername}`, 'Get a sender'],
      'senderUsernames.listByDomains': [`GET ${domain}/senderUsernames`, 'List senders'],
      'senderUsernames.delete': [`DELETE ${domain}/senderUsernames/{senderUsername}`, 'Delete a sender'],
      'smtpUsernames.createOrUpdate': [`PUT ${service}/smtpUsernames/{smtpUsername}`, 'Create or replace an SMTP user'],
      'smtpUsernames.get': [`GET ${service}/smtpUsernames/{smtpUsername}`, 'Get an SMTP user'],
      'smtpUsernames.list': [`GET ${service}/smtpUsernames`, 'List SMTP users'],
      'smtpUsernames.delete': [`DELETE ${service}/smtpUsernames/{smtpUsername}`, 'Delete an SMTP user'],
      'suppressionLists.createOrUpdate': [`PUT ${suppressionList}`, 'Create or replace a suppression list'],
      'suppressionLists.get': [`GET ${suppressionList}`, 'Get a suppression list'],
      'suppressionLists.listByDomain': [`GET ${domain}/suppressionLists`, 'List suppression lists'],
      'suppressionLists.delete': [`DELETE ${suppressionList}`, 'Delete a suppression list'],
      'suppressionListAddresses.createOrUpdate': [
        `PUT ${suppressionList}/suppressionListAddresses/{addressId}`,
        'Add an address to a suppression list',
      ],
      'suppressionListAddresses.get': [
        `GET ${suppressionList}/suppressionListAddresses/{addressId}`,
        'Get an address of a suppression list',
      ],
      'suppressionListAddresses.list': [
        `GET ${suppressionList}/suppressionListAddresses`,
        'List the addresses of a suppression list',
      ],
      'suppressionListAddresses.delete': [
        `DELETE ${suppressionList}/suppressionListAddresses/{addressId}`,
        'Take an address off a suppression list',
      ],
    },
  },
};

/** What Azure has, and no SDK of ACS calls. */
const besideAcs: Readonly<Partial<Record<ServiceName, string>>> = {
  resourceManager: 'Resource Manager beside its providers',
  cloudMetadata: 'The document of a cloud',
};

export function titleOf(name: ServiceName): string {
  return knownServices[name]?.title ?? besideAcs[name] ?? `Our own: ${name}`;
}
