// What `acs-domicile privacy --help` prints.
export const privacyHelp = `acs-domicile privacy - identify, export or erase a person in several resources and geographies at once

Each resource is asked on its own; none learns of another. Ctrl-C stops; the same command goes on where it was.

Usage
  acs-domicile privacy identify --person ID --resources FILE [--json]
  acs-domicile privacy export   --person ID --resources FILE [--out DIR] [--json]
  acs-domicile privacy erase    --person ID --resources FILE [--out DIR] [--dry-run] [--json]

Options
  --person ID        the key that your application has for the person
  --resources FILE   connection strings: one a line, a JSON list, or the ready file of the emulator
  --out DIR          folder for what is written (default: domicile-export-ID, domicile-erase-ID)
  --dry-run          say what would be erased, and what would not, and erase nothing
  --json             print the outcome as JSON

What is written
  export   an archive a resource, checked by its SHA-256, and manifest.json
  erase    receipts.json: all receipts, and the salts that show whom they are about
  Only you may read these files. While a command is unfinished, unfinished.json says how far it has come.

Examples
  acs-domicile privacy identify --person customer-17 --resources resources.txt
  acs-domicile privacy erase --person customer-17 --resources resources.txt --dry-run
  acs-domicile privacy erase --person customer-17 --resources resources.txt --out erased/customer-17
  NODE_EXTRA_CA_CERTS="$(acs-domicile ca)" acs-domicile privacy export --person customer-17 --resources ready.json
`;
