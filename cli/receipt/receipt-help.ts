// What `acs-domicile receipt --help` prints.
export const receiptHelp = `acs-domicile receipt - check the receipt of an erasure, or list receipts

It is genuine when the geography that it speaks for has signed it, and nothing
in it was changed since. A key of another geography does not count. Where the
file holds the person id, or you name somebody, it is also checked that the
receipt is about this person and covers these identifiers; only the salt, which
the file of an erasure holds, can show that. In the file of an erasure all of
its receipts have to be there, as many as were signed for, none twice and one
of every geography of the deployment.

Usage
  acs-domicile receipt verify FILE|- --jwks [GEOGRAPHY=]URL_OR_FILE [--jwks ...]
                              [--person ID] [--identifier X ...] [--salt SALT]
                              [--geography NAME ...] [--json]
  acs-domicile receipt list --app URL [--app URL ...] [--resource-id ID]
                            [--token-file FILE] [--json]

list asks the app of each geography for all its receipts, those of deleted
resources too, by a token of Entra ID that has the right privacy there: from
AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET and AZURE_AUTHORITY_HOST,
from AZURE_ACCESS_TOKEN, or from a file. With --json, verify can read them.

Options
  FILE                a receipt as the API gives it out, or receipts.json of an
                      erasure; - is standard input
  --jwks URL_OR_FILE  public keys of a geography; several times for receipts of
                      several geographies. Write europe=URL_OR_FILE where
                      neither the host (RESOURCE.europe.DOMAIN) nor a file
                      says whose they are
  --person ID         the person that it has to be about
  --identifier X      an identity, a number, an address or a name that it
                      has to cover; as often as needed
  --geography NAME    a geography that there has to be a receipt of, when not
                      all of the deployment; as often as needed
  --salt SALT         of the receipt, when the file does not hold it
  --app URL           the app of a geography
  --resource-id ID    of one resource alone, by its immutable id
  --token-file FILE   a token for https://communication.azure.com
  --json              print what the receipts say as JSON

Exit code
  0 when every receipt is genuine and about whom you asked, 1 when one is not or
  cannot show it, or one of a set is missing or there twice, 2 when the command
  is used wrongly, 3 when a geography could not be asked for its receipts

Examples
  acs-domicile receipt list --app https://contoso-europe.azurewebsites.net
  acs-domicile receipt verify receipts.json \\
    --jwks https://contoso.europe.example.org/.well-known/jwks.json
  acs-domicile receipt verify receipts.json --identifier anna@example.org \\
    --jwks https://contoso.europe.example.org/.well-known/jwks.json
  acs-domicile receipt verify - --jwks europe=jwks.json < receipt.jws
`;
