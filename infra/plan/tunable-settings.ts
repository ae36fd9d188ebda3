// Settings of the app that have a good default and may be set to something else for a stack, by `domicile:settings`.
// What they mean: docs/settings.md.

export const tunableSettings: Readonly<Record<string, string>> = {
  DOMICILE_LIMITS: 'open',
  DOMICILE_PRIVACY_KEYS: 'primary,secondary',
  DOMICILE_RECEIPT_DAYS: '1095',
  DOMICILE_RETIRED_TOKEN_KEYS: '',
};
