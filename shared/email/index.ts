// What belongs to email resources: domains, senders, suppression lists and who is suppressed; and the SMTP users of
// communication resources.
export { checkManaged, isAzureManaged, mailDomainOf, managedSender } from './azure-managed.js';
export { emailFaults } from './faults.js';
export { deleteItem } from './delete-item.js';
export { findSuppression, isSuppressed } from './is-suppressed.js';
export { liftOptOut } from './lift-opt-out.js';
export * as itemKinds from './item-kinds.js';
export type { ItemId } from './item-id.js';
export type { ItemKind } from './item-kinds.js';
export { listItems } from './list-items.js';
export type { ArmItem, MailDomain, Suppression } from './model.js';
export type { EmailParts } from './parts.js';
export { resourceItems, suppressedAddresses } from './personal-data.js';
export { putItem } from './put-item.js';
export { findItem, requireItem } from './require-item.js';
export { ItemStore } from './store.js';
export { SuppressedAddresses } from './suppressed-addresses.js';
export { createAddressHash } from './suppression-rows.js';
export * as mailLimits from './limits.js';
export { emailRateLimits } from './rate-limits.js';
export { checkDomain } from './check-domain.js';
export { checkRecords } from './dns/check-record.js';
export { domainRecords, verificationTypes } from './dns/domain-records.js';
export { dnsLookUp } from './dns/look-up.js';
export { verifyRecord, type VerificationState } from './dns/verify-record.js';
export { Senders } from './find-sender.js';
export { findSendOperation, sendMailKind } from './find-send-operation.js';
export { type Engagement, engagementReport, Engagements } from './engagement/record-engagement.js';
export { EngagementTokens } from './engagement/engagement-tokens.js';
export { linkPath, picturePath } from './engagement/track-mail.js';
export { domainOf, type Mail, recipientsOf } from './mail.js';
export { mailStores, sentMails } from './mail-data.js';
export {
  isBase64,
  isContentType,
  isHeaderName,
  isHeaderText,
  isMailAddress,
  isReservedHeader,
} from './mail-form.js';
export { deliveryReport } from './delivery-report.js';
export { emailEventTypes } from './event-types.js';
export { type MailContent, mailRules, type RecordedOutcome, type ReportedOutcome } from './mail-outbox.js';
export { mailboxRoutes, type MailRoutes, settledRoutes } from './mail-routes.js';
export { type MailSettings, MailSettingsShape } from './mail-settings.js';
export { mailboxCarrier } from './mailbox/mailbox-carrier.js';
export { checkUnsubscribe, findCode, findLinks } from './mailbox/find-in-message.js';
export { type FoundMail, newestMail, readMail, searchMails } from './mailbox/search-mails.js';
export { Mailbox, type MailboxMail } from './mailbox/mailbox.js';
export { mailboxMails, mailboxMessages } from './mailbox/personal-data.js';
export { recordBounce } from './record-bounce.js';
export { suppressIfBounced } from './suppress-if-bounced.js';
export { findReturnPath, type ReturnPathParts } from './find-return-path.js';
export { ReturnPaths } from './return-path.js';
export { type SmtpUser, SmtpUsers } from './smtp-users.js';
export { sendMail, type SendParts } from './send-mail.js';
export { SentMails } from './sent-mails.js';
export { SmtpCarrier } from './smtp/smtp-carrier.js';
export { smtpCode } from './smtp/smtp-code.js';
export { seededSender, seedSender } from './seed-sender.js';
