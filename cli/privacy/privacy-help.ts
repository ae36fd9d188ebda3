// What `acs-domicile privacy --help` prints.
export const privacyHelp = `acs-domicile privacy - identify, export or erase a person everywhere at once

All resources are asked first which identifiers the person has; then each for
everything about any of them, and management for what it keeps. Ctrl-C stops;
the same command goes on where it was.

Usage
  acs-domicile privacy link     --person ID --identifier X [--identifier ...]
                                --resources FILE [--json]
  acs-domicile privacy identify --person ID --resources FILE [--json]
  acs-domicile privacy export   --person ID --resources FILE [--out DIR]
                                [--json]
  acs-domicile privacy erase    --person ID --resources FILE [--out DIR]
                                [--dry-run] [--json]
  with management: [--management URL [--subscription ID ...]
                   [--geography NAME ...]] [--token-file FILE]

link says who a person is: which identities, phone numbers and email addresses.
The other commands go by what any of the resources knows of that, by what you
name with --identifier, or by both. Phone numbers and addresses are looked for
at every resource, identities where they were issued: no other resource can
have them.

Tags, and what email resources keep that no resource is linked to, no key of a
resource reaches. With --management each geography is asked for what it keeps
of the subscriptions, by a token of Entra ID that has the right manage: from
AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET and AZURE_AUTHORITY_HOST,
from AZURE_ACCESS_TOKEN, or from a file. Without it the end says that this was
not asked. Which geographies you have say --geography, a file or the ready file;
one that the app does not know is missing, and never taken for empty.

Options
  --person ID        the key that your application has for the person
  --identifier X     an identity (8:acs:...), a phone number (4:+...), an
                     email address, or a name ("name:Anna Berger"); as often
                     as needed
  --resources FILE   connection strings: one a line, a JSON list, or the ready
                     file of the emulator. A line may be a management too:
                     management=URL;subscription=ID;geography=europe
  --management URL   where resources are managed
  --subscription ID  a subscription there, as often as needed
                     (default: all that it lists)
  --geography NAME   a geography that you have anything in, as often as needed
  --token-file FILE  a token for https://management.azure.com, in place of the
                     environment
  --out DIR          folder for what is written
                     (default: domicile-export-ID, domicile-erase-ID)
  --dry-run          say what would be erased, and what not, and erase nothing
  --json             print the outcome as JSON

What is written
  export   an archive a resource, checked by its SHA-256, and manifest.json
  erase    receipts.json: all receipts, and the salts that show whom they are
           about
  Only you may read these files. While a command is unfinished, unfinished.json
  says how far it has come, and whom it is about; it goes when all is done.

Exit code
  0 when it is done, 1 when it is not, also because no resource knows the
  person, 2 when the command is used wrongly, 3 when a resource or management
  could not be asked or it went wrong there: the others are done, each that is
  missing is named, and the same command goes on with these. Only a resource
  that answers that it does not know the person counts as one that does not.

Examples
  acs-domicile privacy link --person customer-17 \\
    --identifier anna@example.org --resources resources.txt
  acs-domicile privacy identify --person customer-17 --resources resources.txt
  acs-domicile privacy erase --person customer-17 \\
    --resources resources.txt --dry-run
  acs-domicile privacy erase --person customer-17 \\
    --resources resources.txt --out erased/customer-17
  acs-domicile privacy erase --person customer-17 --resources resources.txt \\
    --management https://contoso-europe.azurewebsites.net
  NODE_EXTRA_CA_CERTS="$(acs-domicile ca)" \\
    acs-domicile privacy export --person customer-17 --resources ready.json
`;
