// The kinds of due work about archives of exports.

/** Removes archives whose time has come. */
export const dropExportKind = 'drop-export';
/** Removes archives with words that were edited or deleted. */
export const dropChangedKind = 'drop-changed-exports';
