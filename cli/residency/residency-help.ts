// What `acs-domicile residency --help` prints.
export const residencyHelp = `acs-domicile residency - where data lies, as its geographies counted it

Usage
  acs-domicile residency audit --resources FILE [--evidence FILE] [--json]
  acs-domicile residency verify FILE --jwks URL_OR_FILE [--jwks ...] [--json]

Commands
  audit               ask the geography of every resource for its latest nightly
                      record, and print one table
  verify              check the evidence that an audit has written, that none of
                      its records is missing or there twice, and print what it
                      says

Options
  --resources FILE    connection strings: one a line, a JSON list, or the ready
                      file of the emulator
  --evidence FILE     write the records there, each signed by its geography, for
                      an auditor
  --jwks URL_OR_FILE  public keys of a geography; several times for several
                      geographies. Write europe=URL_OR_FILE where neither the
                      host (RESOURCE.europe.DOMAIN) nor a file says whose they
                      are
  --json              print the records as JSON

Exit code
  0 when everything that was checked lies where it belongs, 1 when something
  foreign was found or the evidence is not genuine and complete, 2 when the
  command is used wrongly, 3 when a geography could not be asked or has no
  record yet: the others are printed, and each that is missing is named

What nobody has counted or checked is said so, by notCounted, a plus behind a
sum, or the column NOT CHECKED: queues and pointers say of nothing whose it is,
nobody counts what processes keep in memory, and proof outlives the resource
that it is about.

Examples
  NODE_EXTRA_CA_CERTS="$(acs-domicile ca)" \\
    acs-domicile residency audit --resources ready.json
  acs-domicile residency audit --resources resources.txt \\
    --evidence evidence.json
  acs-domicile residency verify evidence.json \\
    --jwks https://contoso.europe.example.org/.well-known/jwks.json
`;
