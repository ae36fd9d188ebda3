// Settings of the app that have a good default and may be set to something else for a stack, by `domicile:settings`.
// What they mean: docs/settings.md.

export const tunableSettings: Readonly<Record<string, string>> = {
  DOMICILE_ENTRA_AUTHORITY: 'https://login.microsoftonline.com',
  DOMICILE_ENTRA_DATA: '',
  DOMICILE_ENTRA_MANAGE: '',
  DOMICILE_ENTRA_PRIVACY: '',
  DOMICILE_ENTRA_READ: '',
  DOMICILE_ENTRA_RESTORE: '',
  DOMICILE_ENTRA_UPSTREAM: '',
  DOMICILE_ENTRA_USER_APPLICATIONS: '',
  DOMICILE_LIMITS: 'open',
  DOMICILE_PEERS: '{}',
  DOMICILE_PHONE_NUMBERS: '[]',
  DOMICILE_PRIVACY_KEYS: 'primary,secondary',
  DOMICILE_READ_MEMORY_MIB: '64',
  DOMICILE_RECEIPT_DAYS: '1095',
  DOMICILE_RETIRED_CALLBACK_KEYS: '',
  DOMICILE_RETIRED_TOKEN_KEYS: '',
};
