export { eraseIdentifiers, eraseIdentifiersKind, type EraseIdentifiersPayload } from './erase-identifiers.js';
