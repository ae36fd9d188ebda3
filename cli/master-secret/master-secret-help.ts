// What `acs-domicile master-secret --help` prints.

export const masterSecretHelp = `acs-domicile master-secret - replace the master secret of geographies, for the
resources that are there too

Usage
  acs-domicile master-secret status --app URL [--app URL]
  acs-domicile master-secret replace-keys --app URL [--app URL] --keys-for TIME

status lists the versions of the master secret: how many resources were made
with each, how many access keys follow from it, how many old ones still work,
and until when tokens are left that such keys have issued.

replace-keys gives every resource access keys that follow from the newest
version. The old ones go on for the time of --keys-for; tokens that they have
issued, a day longer. Give the new keys to your applications meanwhile; they
are where the keys always are. Run again, it changes nothing. With
--keys-for 0 the old keys and their tokens end at once: for a secret that
others know.

Options
  --app URL           function app of a geography; more than once for several
  --keys-for TIME     hours or days: 12h, 7d, at most 90d; 0 for not at all
  --token-file FILE   holds a token of Entra ID; else AZURE_ACCESS_TOKEN, or
                      AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET
  --json              print JSON

Examples
  npx acs-domicile master-secret status --app https://dom-europe.example
  npx acs-domicile master-secret replace-keys --app https://dom-europe.example \\
    --keys-for 7d

The steps before and after it stand in docs/deploy.md, New keys.
`;
