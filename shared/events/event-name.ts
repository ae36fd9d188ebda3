// The 53 names of `Microsoft.Communication.*` that Event Grid publishes, by what raises them: `docs/events.md` says of each
// whether it is raised here. Source: the generated models of @azure/eventgrid 5.12.0.

export const eventPrefix = 'Microsoft.Communication.';

/** By what they are about. */
export const eventNames = {
  chat: [
    'ChatMessageReceived',
    'ChatMessageReceivedInThread',
    'ChatMessageEdited',
    'ChatMessageEditedInThread',
    'ChatMessageDeleted',
    'ChatMessageDeletedInThread',
    'ChatThreadCreated',
    'ChatThreadCreatedWithUser',
    'ChatThreadDeleted',
    'ChatThreadWithUserDeleted',
    'ChatThreadPropertiesUpdated',
    'ChatThreadPropertiesUpdatedPerUser',
    'ChatThreadParticipantAdded',
    'ChatParticipantAddedToThreadWithUser',
    'ChatThreadParticipantRemoved',
    'ChatParticipantRemovedFromThreadWithUser',
    'ChatTypingIndicatorReceivedInThread',
    'ChatAzureBotCommandReceivedInThread',
  ],
  'live chat': ['UserDisconnected'],
  SMS: ['SMSReceived', 'SMSDeliveryReportReceived'],
  email: ['EmailDeliveryReportReceived', 'EmailEngagementTrackingReportReceived'],
  calling: ['IncomingCall', 'CallStarted', 'CallEnded', 'CallParticipantAdded', 'CallParticipantRemoved'],
  recording: ['RecordingFileStatusUpdated'],
  'advanced messages': ['AdvancedMessageReceived', 'AdvancedMessageDeliveryStatusUpdated'],
  'job router': [
    'RouterJobCancelled',
    'RouterJobClassificationFailed',
    'RouterJobClassified',
    'RouterJobClosed',
    'RouterJobCompleted',
    'RouterJobDeleted',
    'RouterJobExceptionTriggered',
    'RouterJobQueued',
    'RouterJobReceived',
    'RouterJobSchedulingFailed',
    'RouterJobUnassigned',
    'RouterJobWaitingForActivation',
    'RouterJobWorkerSelectorsExpire',
    'RouterWorkerDeleted',
    'RouterWorkerDeregistered',
    'RouterWorkerOfferAccepted',
    'RouterWorkerOfferDeclined',
    'RouterWorkerOfferExpired',
    'RouterWorkerOfferIssued',
    'RouterWorkerOfferRevoked',
    'RouterWorkerRegistered',
    'RouterWorkerUpdated',
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

const known: ReadonlySet<string> = new Set(Object.values(eventNames).flat());

export function isEventName(name: string): boolean {
  return known.has(name);
}
