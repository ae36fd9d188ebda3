// What `acs-domicile retention --help` prints.
export const retentionHelp = `acs-domicile retention - how long things are kept, and why

For an operator.

Usage
  acs-domicile retention explain KIND ID --resources FILE [--json]
  acs-domicile retention expired --resources FILE [--json]

Commands
  explain            which policy holds for one thing, since when, and what
                     follows from it
  expired            the threads that their policy has deleted and that can
                     still be restored

Options
  KIND               thread, recording, export, operation, receipt, audit or
                     identity
  ID                 of the thing; every resource is asked for it
  --resources FILE   connection strings: one a line, a JSON list, or the ready
                     file of the emulator
  --json             print the outcome as JSON

Exit code
  0 when it is done, 1 when no resource has such a thing (any more) or one
  cannot be asked, 2 when the command is used wrongly

Examples
  acs-domicile retention explain thread 19:...@thread.v2 \\
    --resources resources.txt
  acs-domicile retention explain identity 8:acs:... \\
    --resources ready.json --json
  NODE_EXTRA_CA_CERTS="$(acs-domicile ca)" \\
    acs-domicile retention expired --resources ready.json
`;
