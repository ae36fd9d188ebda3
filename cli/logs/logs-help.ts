// What `acs-domicile logs --help` prints.
export const logsHelp = `acs-domicile logs - what was asked of resources, where their owners log it

For an operator. Nothing is logged until PUT /diagnostics/settings says so.

Usage
  acs-domicile logs --table TABLE --resources FILE [--where COLUMN=VALUE]
                    [--since DURATION] [--follow] [--json]

Options
  --table TABLE      ACSChatIncomingOperations or ACSAuthIncomingOperations
  --where C=V        only rows with this value in a column; more than one may
                     be given. An identity id finds its rows also where these
                     have a pseudonym
  --since DURATION   how far back, such as PT15M or P7D (default: PT1H)
  --follow           go on with what comes, until Ctrl-C
  --resources FILE   connection strings: one a line, a JSON list, or the ready
                     file of the emulator
  --json             print a row a line as JSON, with all its columns

Exit code
  0 when it is done, 1 when it was stopped, 2 when the command is used wrongly,
  3 when a resource could not be asked: what the others say is printed

Examples
  acs-domicile logs --table ACSChatIncomingOperations --resources ready.json \\
    --where ResultType=Failed --since P1D
  acs-domicile logs --table ACSChatIncomingOperations --resources ready.json \\
    --where UserId=8:acs:... --follow --json
`;
