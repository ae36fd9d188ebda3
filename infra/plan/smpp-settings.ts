// What can be said of how the gateway submits text messages, in the words of its own settings (docs/gateway.md). Its secrets
// and where it listens are not among them: they follow from the stack.
export const smppSettings: readonly string[] = [
  'GATEWAY_SMPP_SMSC',
  'GATEWAY_SMPP_CA',
  'GATEWAY_SMPP_SYSTEM_ID',
  'GATEWAY_SMPP_SYSTEM_TYPE',
  'GATEWAY_SMPP_BIND',
  'GATEWAY_SMPP_WINDOW',
  'GATEWAY_SMPP_RESPONSE_SECONDS',
  'GATEWAY_SMPP_ENQUIRE_SECONDS',
  'GATEWAY_SMPP_LONG_TEXTS',
  'GATEWAY_SMPP_RECEIPT_IDS',
];
