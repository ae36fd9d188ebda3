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
  KIND               thread, call, callback, recording, room, mail, sentmail,
                     text, export, operation, receipt, audit, event or identity
  ID                 of the thing; every resource is asked for it
  --resources FILE   connection strings: one a line, a JSON list, or the ready
                     file of the emulator
  --json             print the outcome as JSON

Exit code
  0 when it is done, 1 when no resource has such a thing (any more), 2 when the
  command is used wrongly, 3 when a resource could not be asked: what the others
  say is printed, and each that is missing is named

Examples
  acs-domicile retention explain thread 19:...@thread.v2 \\
    --resources resources.txt
  acs-domicile retention explain identity 8:acs:... \\
    --resources ready.json --json
  NODE_EXTRA_CA_CERTS="$(acs-domicile ca)" \\
    acs-domicile retention expired --resources ready.json
`;
