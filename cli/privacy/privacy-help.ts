// What `acs-domicile privacy --help` prints.
export const privacyHelp = `acs-domicile privacy - identify, export or erase a person everywhere at once

Each resource is asked on its own; none learns of another. Ctrl-C stops; the
same command goes on where it was.

Usage
  acs-domicile privacy link     --person ID --identifier X [--identifier ...]
                                --resources FILE [--json]
  acs-domicile privacy identify --person ID --resources FILE [--json]
  acs-domicile privacy export   --person ID --resources FILE [--out DIR]
                                [--json]
  acs-domicile privacy erase    --person ID --resources FILE [--out DIR]
                                [--dry-run] [--json]

link says who a person is: which identities, phone numbers and email addresses.
The other commands go by that, or, with --identifier in place of --person, by
identifiers that belong to no person.

Options
  --person ID        the key that your application has for the person
  --identifier X     an identity (8:acs:...), a phone number (4:+...) or an
                     email address; as often as needed
  --resources FILE   connection strings: one a line, a JSON list, or the ready
                     file of the emulator
  --out DIR          folder for what is written
                     (default: domicile-export-ID, domicile-erase-ID)
  --dry-run          say what would be erased, and what not, and erase nothing
  --json             print the outcome as JSON

What is written
  export   an archive a resource, checked by its SHA-256, and manifest.json
  erase    receipts.json: all receipts, and the salts that show whom they are
           about
  Only you may read these files. While a command is unfinished, unfinished.json
  says how far it has come.

Exit code
  0 when it is done, 1 when it is not, also because no resource knows the
  person, 2 when the command is used wrongly

Examples
  acs-domicile privacy link --person customer-17 \\
    --identifier anna@example.org --resources resources.txt
  acs-domicile privacy identify --person customer-17 --resources resources.txt
  acs-domicile privacy erase --person customer-17 \\
    --resources resources.txt --dry-run
  acs-domicile privacy erase --person customer-17 \\
    --resources resources.txt --out erased/customer-17
  NODE_EXTRA_CA_CERTS="$(acs-domicile ca)" \\
    acs-domicile privacy export --person customer-17 --resources ready.json
`;
