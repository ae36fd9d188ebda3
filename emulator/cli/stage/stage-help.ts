// What `acs-domicile stage --help` prints.
export const stageHelp = `acs-domicile stage - let happen in an emulator what else only others can do

Usage
  acs-domicile stage [--json]                      list what there is to do
  acs-domicile stage CAPABILITY ACTION [options]   do it, and print the answer

Options
  --body JSON|@FILE   the input of the action; @FILE reads it from a file
                      (default: {})
  --geography G       where (default: the first geography)
  --resource R        name of a resource there (default: its default resource)
  --ready-file FILE   what the emulator wrote at its start
                      (default: the emulator at https://localhost:7400)
  --json              print the list, or the answer, as JSON

Exit code
  0 when it is done, 1 when the action refuses or no emulator runs, 2 when the
  command is used wrongly

Examples
  acs-domicile stage
  acs-domicile stage sms inbound-message --body '{"from":"+49...","text":"Hi"}'
  acs-domicile stage email bounce --body @bounce.json --geography switzerland
`;
