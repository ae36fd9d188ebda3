// What `acs-domicile email --help` prints.
export const emailHelp = `acs-domicile email - what the owner of a sender domain has to do

For an operator.

Usage
  acs-domicile email check-domain DOMAIN --resources FILE [--json]

Commands
  check-domain       which DNS record of a linked domain is missing or wrong,
                     and what it should be

Options
  DOMAIN             what stands behind the @ of the sender
  --resources FILE   connection strings: one a line, a JSON list, or the ready
                     file of the emulator
  --json             print the outcome as JSON

Exit code
  0 when every record is right, 1 when one is not, or no resource has the
  domain, 2 when the command is used wrongly, 3 when a resource could not be
  asked

Examples
  acs-domicile email check-domain contoso.com --resources resources.txt
`;
