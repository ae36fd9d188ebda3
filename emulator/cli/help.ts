// What `--help` prints.

const general = `acs-domicile - an open server that speaks the REST APIs of
Azure Communication Services

Usage
  acs-domicile start [options]   start the emulator
  acs-domicile ca                print the path of the local CA certificate
  acs-domicile stage ...         let a message arrive, or a mail bounce
  acs-domicile privacy ...       identify, export or erase a person
  acs-domicile retention ...     explain how long something is kept
  acs-domicile logs ...          show what was asked of resources
  acs-domicile residency ...     audit where data lies, with signed evidence
  acs-domicile email ...         check the DNS records of a sender domain
  acs-domicile master-secret ... replace the master secret of geographies
  acs-domicile receipt verify    check the receipt of an erasure
  acs-domicile <command> --help  explain a command
  acs-domicile --version         print the version

In a clone, and in a project that has the package, write npx acs-domicile.
Options of npm start come after --.

Examples
  npx acs-domicile start
  npm start -- --ephemeral
  NODE_EXTRA_CA_CERTS="$(npx acs-domicile ca)" node app.js
`;

const start = `acs-domicile start - start the emulator; Ctrl-C stops it

Usage
  acs-domicile start [options]

Options
  --geographies A,B   which to run (default: europe,unitedstates); "all" takes
                      half a minute and 3 GB of memory
  --port N            first port: control plane N, resources N+1 and on,
                      function apps N+101 and on, SMTP N+201 and on; 0 takes
                      any free ports (default: 7400)
  --data DIR          folder for everything that is kept (default: .domicile)
  --ephemeral         keep everything in memory and nothing on disk, but for
                      the certificates
  --ready-file FILE   write addresses and keys there, as JSON, once
                      everything answers; gone when it stops
  --instances N       function app processes per geography (default: 1)
  --limits L          how often operations may be called: "open" stops only
                      abuse, "acs" has the figures of Azure Communication
                      Services, or own figures as JSON, or @file
                      (default: open)
  --master-secrets N  act as if the master secret had been replaced N-1 times
                      (default: 1)
  --host-names A,B    how containers and phones call this machine; the
                      certificate holds for them, and the ready file names
                      the CA certificate to trust
                      (host.docker.internal,10.0.2.2)
  --allow-origin O    origin of web pages that may use the resources, beside
                      those of this machine; more than one with commas
                      (https://app.example:8443)
  --realtime HOW      how chat clients are told at once: "websocket",
                      "longpoll" or "off" (default: websocket)
  --event-hosts A,B   hosts that events may be delivered to, beside this
                      machine; "*" for all (host.docker.internal)
  --smtp-relay H:P    a mail server of this machine that gets every mail too,
                      beside the mailbox (localhost:1025)
  --no-smtp           take no mail by SMTP
  --log WHICH         one line a request: "requests" all, "errors" those
                      refused or failed, "off" (default: errors)
  --quiet             print nothing but errors of the emulator itself

Examples
  npx acs-domicile start --ephemeral
  npx acs-domicile start --geographies europe,switzerland --port 8000
  npx acs-domicile start --limits acs
  npx acs-domicile start --limits @limits.json
  npx acs-domicile start --ephemeral --port 0 --quiet --ready-file ready.json
`;

const ca = `acs-domicile ca - print the path of the local CA certificate, made if need be

It lies in ~/.acs-domicile, or in the folder that ACS_DOMICILE_HOME names. It
can vouch for servers of loopback names only.

Usage
  acs-domicile ca

Examples
  NODE_EXTRA_CA_CERTS="$(npx acs-domicile ca)" node app.js
  curl --cacert "$(npx acs-domicile ca)" https://localhost:7400/health
`;

export const help = { general, start, ca } as const;
