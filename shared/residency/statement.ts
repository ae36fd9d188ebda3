// What whoever checks a signed residency record has to know, beside the public keys.

/** The `typ` of the signed record. */
export const residencyStatementType = 'residency-record+jwt';
