export { eraseIdentifiers, eraseIdentifiersKind, type EraseIdentifiersPayload } from './erase-identifiers.js';
export { formatIdentifier } from './identifier.js';
export { identify, type StoreReport } from './identify.js';
export { addIdentifiers, findPersons, removeIdentifiers } from './link-identifiers.js';
export { type PrivacyParts, requireIdentifiers, requirePerson } from './parts.js';
export { maxIdentifiersPerCall, type Person, PersonStore } from './person-store.js';
export { persons } from './personal-data.js';
