// What `acs-domicile residency --help` prints.
export const residencyHelp = `acs-domicile residency - where data lies, as its geographies counted it

Usage
  acs-domicile residency audit --resources FILE [--evidence FILE] [--json]
  acs-domicile residency verify FILE --jwks URL_OR_FILE [--jwks ...] [--json]

Commands
  audit               ask the geography of every resource for its latest nightly
                      record, and print one table
  verify              check the evidence that an audit has written, and print
                      what it says

Options
  --resources FILE    connection strings: one a line, a JSON list, or the ready
                      file of the emulator
  --evidence FILE     write the records there, each signed by its geography, for
                      an auditor
  --jwks URL_OR_FILE  public keys of a geography; several times for several
                      geographies
  --json              print the records as JSON

Exit code
  0 when everything lies where it belongs, 1 when something foreign was found, a
  geography cannot be asked or a record is not genuine, 2 when the command is
  used wrongly

Examples
  NODE_EXTRA_CA_CERTS="$(acs-domicile ca)" \\
    acs-domicile residency audit --resources ready.json
  acs-domicile residency audit --resources resources.txt \\
    --evidence evidence.json
  acs-domicile residency verify evidence.json \\
    --jwks https://contoso.europe.example.org/.well-known/jwks.json
`;
