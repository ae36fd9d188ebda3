// The settings about Entra ID: which tenant is believed, and the lists of who may do what.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { EntraSettings } from '../shared/auth/index.js';
import { isLoopback } from '../shared/storage/index.js';

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const Guid = z.string().trim().toLowerCase().regex(guid, 'is not a GUID');

/** Comma-separated; empty means nobody. */
const Guids = z
  .string()
  .default('')
  .transform((text) => text.split(',').map((each) => each.trim().toLowerCase()))
  .transform((ids) => ids.filter((id) => id !== ''))
  .refine((ids) => ids.every((id) => guid.test(id)), 'is not a comma-separated list of GUIDs')
  .transform((ids): ReadonlySet<string> => new Set(ids));

export const entraShape = {
  DOMICILE_ENTRA_TENANT: z.literal('').or(Guid).default(''),
  DOMICILE_ENTRA_AUTHORITY: z.url('is not an address').default('https://login.microsoftonline.com'),
  DOMICILE_ENTRA_READ: Guids,
  DOMICILE_ENTRA_MANAGE: Guids,
  DOMICILE_ENTRA_DATA: Guids,
  DOMICILE_ENTRA_PRIVACY: Guids,
  DOMICILE_ENTRA_RESTORE: Guids,
  DOMICILE_ENTRA_UPSTREAM: Guids,
  DOMICILE_ENTRA_USER_APPLICATIONS: Guids,
  /** Path of a PEM file; in the emulator only. */
  DOMICILE_ENTRA_CA: z.string().default(''),
};

type Read = z.output<z.ZodObject<typeof entraShape>>;

const nobody: ReadonlySet<string> = new Set();

/**
 * @param settings without those that are wrong by themselves
 * @throws {Error} when the authority cannot be trusted, or somebody is on a list but no tenant is named
 */
export function readEntraSettings(settings: Partial<Read>, isEmulator: boolean): EntraSettings | undefined {
  const subjects = {
    read: settings.DOMICILE_ENTRA_READ ?? nobody,
    manage: settings.DOMICILE_ENTRA_MANAGE ?? nobody,
    data: settings.DOMICILE_ENTRA_DATA ?? nobody,
    privacy: settings.DOMICILE_ENTRA_PRIVACY ?? nobody,
    restore: settings.DOMICILE_ENTRA_RESTORE ?? nobody,
    upstream: settings.DOMICILE_ENTRA_UPSTREAM ?? nobody,
  };
  const userApplications = settings.DOMICILE_ENTRA_USER_APPLICATIONS ?? nobody;
  const { DOMICILE_ENTRA_TENANT: tenantId, DOMICILE_ENTRA_AUTHORITY: authority } = settings;
  if (tenantId === undefined || authority === undefined) {
    return undefined;
  }
  if (tenantId === '') {
    if ([...Object.values(subjects), userApplications].every(({ size }) => size === 0)) {
      return undefined;
    }
    throw new Error('Somebody is on a list of Entra ID, but DOMICILE_ENTRA_TENANT is missing. Set the tenant id.');
  }
  const authorityHost = new URL(authority).origin;
  if (!authorityHost.startsWith('https:') && !(isEmulator && isLoopback(authorityHost))) {
    throw new Error(
      'DOMICILE_ENTRA_AUTHORITY must begin with https://: what is fetched from it decides who is let in.',
    );
  }
  const caPath = isEmulator ? (settings.DOMICILE_ENTRA_CA ?? '') : '';
  const ca = caPath === '' ? {} : { ca: readFileSync(caPath, 'utf8') };
  return { authorityHost, tenantId, subjects, userApplications, ...ca };
}
