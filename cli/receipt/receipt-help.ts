// What `acs-domicile receipt --help` prints.
export const receiptHelp = `acs-domicile receipt - check the receipt of an erasure

It is genuine when it was signed with a key of the geography and nothing in it
was changed since. Where the file holds the salt and the person id, it is also
checked that the receipt is about this person.

Usage
  acs-domicile receipt verify FILE|- --jwks URL_OR_FILE [--jwks ...] [--json]

Options
  FILE                a receipt as the API gives it out, or receipts.json of an
                      erasure; - is standard input
  --jwks URL_OR_FILE  public keys of the geography; several times for receipts
                      of several geographies
  --json              print what the receipts say as JSON

Exit code
  0 when every receipt is genuine, 1 when one is not, 2 when the command is used
  wrongly

Examples
  acs-domicile receipt verify receipts.json \\
    --jwks https://contoso.europe.example.org/.well-known/jwks.json
  acs-domicile receipt verify - --jwks jwks.json < receipt.jws
`;
