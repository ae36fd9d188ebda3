// A real mail server: Debian's postfix, in a folder and at a port of its own, from which nothing leaves this machine.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const program = '/usr/sbin/postfix';
/** Whose are the mailboxes: nobody. */
const nobody = 65_534;

export interface PostfixOptions {
  /** PEM. */
  readonly tls: { readonly key: string; readonly cert: string };
  /** Users of `post.example`; whoever is not among them is refused at once. */
  readonly users: readonly string[];
  /** Where mail for these domains is handed on to, on this machine. */
  readonly onward: { readonly domains: readonly string[]; readonly port: number };
}

export interface Postfix {
  readonly port: number;
  /** What lies in the mailbox of a user. */
  mailsOf(user: string): Promise<readonly Buffer[]>;
  log(): Promise<string>;
  stop(): Promise<void>;
}

/** Why there is none; undefined when it can be started. Where everything has to be there, that is an error. */
export function whyNoPostfix(): string | undefined {
  const why = !existsSync(program)
    ? 'There is no postfix on this machine: apt-get install postfix.'
    : process.getuid?.() === 0
      ? undefined
      : 'postfix is started by root alone.';
  if (why !== undefined && process.env['DOMICILE_ALL_SERVERS'] === '1') {
    throw new Error(why);
  }
  return why;
}

export async function startPostfix({ tls, users, onward }: PostfixOptions): Promise<Postfix> {
  const folder = await mkdtemp(join(tmpdir(), 'domicile-postfix-'));
  await chmod(folder, 0o755);
  const [config, queue, data, boxes] = ['config', 'queue', 'data', 'boxes'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const each of [config, queue, data, boxes]) {
    await mkdir(each);
  }
  await chown(boxes, nobody, nobody);
  const { stdout: owner } = await run('id', ['-u', 'postfix']);
  await chown(data, Number(owner), 0);
  await writeFile(join(config, 'key.pem'), tls.key, { mode: 0o600 });
  await writeFile(join(config, 'cert.pem'), tls.cert);
  const port = await freePort();
  await writeFile(
    join(config, 'main.cf'),
    mainOf({ queue, data, boxes, config, users, onward, log: join(folder, 'log') }),
  );
  await writeFile(join(config, 'master.cf'), masterAt(port));
  const log = () => readFile(join(folder, 'log'), 'utf8').catch(() => '');
  try {
    await run(program, ['-c', config, 'start']);
  } catch (error) {
    throw new Error(`postfix does not start: ${await log()}`, { cause: error });
  }
  return {
    port,
    log,
    mailsOf: async (user) => {
      const box = join(boxes, user, 'new');
      const names = await readdir(box).catch(() => []);
      return Promise.all(names.map((name) => readFile(join(box, name))));
    },
    stop: async () => {
      await run(program, ['-c', config, 'stop']);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Places extends Pick<PostfixOptions, 'users' | 'onward'> {
  readonly config: string;
  readonly queue: string;
  readonly data: string;
  readonly boxes: string;
  readonly log: string;
}

function mainOf({ config, queue, data, boxes, log, users, onward }: Places): string {
  const inline = (entries: readonly (readonly [string, string])[]) =>
    `inline:{ ${entries.map(([key, value]) => `{ ${key} = ${value} }`).join(', ')} }`;
  const settings = {
    compatibility_level: '3.6',
    queue_directory: queue,
    data_directory: data,
    maillog_file: log,
    maillog_file_prefixes: tmpdir(),
    myhostname: 'mx.post.example',
    mydestination: '',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    mynetworks: '127.0.0.0/8',
    smtpd_relay_restrictions: 'permit_mynetworks, reject',
    virtual_mailbox_domains: 'post.example',
    virtual_mailbox_base: boxes,
    virtual_mailbox_maps: inline(users.map((user) => [`${user}@post.example`, `${user}/`])),
    virtual_uid_maps: `static:${nobody}`,
    virtual_gid_maps: `static:${nobody}`,
    relay_domains: onward.domains.join(', '),
    transport_maps: inline(onward.domains.map((domain) => [domain, `smtp:[127.0.0.1]:${onward.port}`])),
    // What is for anybody else stays here.
    default_transport: 'error:nothing leaves this machine',
    smtp_tls_security_level: 'none',
    smtp_bind_address: '127.0.0.1',
    smtpd_tls_security_level: 'encrypt',
    smtpd_tls_key_file: join(config, 'key.pem'),
    smtpd_tls_cert_file: join(config, 'cert.pem'),
    smtpd_client_connection_count_limit: '0',
    smtpd_error_sleep_time: '0',
    disable_dns_lookups: 'yes',
    alias_maps: '',
    local_recipient_maps: '',
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}

/** The services that take, keep and hand over mail; none is confined to the queue's folder, where the settings are not. */
function masterAt(port: number): string {
  const services = [
    [`127.0.0.1:${port}`, 'inet', 'smtpd'],
    ['cleanup', 'unix', 'cleanup', '0'],
    ['qmgr', 'unix', 'qmgr', '1', '300'],
    ['rewrite', 'unix', 'trivial-rewrite'],
    ['bounce', 'unix', 'bounce', '0'],
    ['defer', 'unix', 'bounce', '0'],
    ['trace', 'unix', 'bounce', '0'],
    ['error', 'unix', 'error'],
    ['retry', 'unix', 'error'],
    ['smtp', 'unix', 'smtp'],
    ['relay', 'unix', 'smtp'],
    ['virtual', 'unix', 'virtual'],
    ['local', 'unix', 'local'],
    ['proxymap', 'unix', 'proxymap'],
    ['anvil', 'unix', 'anvil', '1'],
    ['tlsmgr', 'unix', 'tlsmgr', '1', '1000?'],
    ['flush', 'unix', 'flush', '0', '1000?'],
    ['scache', 'unix', 'scache', '1'],
  ] as const;
  const lines = services.map(([name, type, command, limit = '-', wake = '-']) => {
    const isPublic = ['cleanup', 'flush', 'qmgr'].includes(name) || type === 'inet';
    const isPrivileged = ['virtual', 'local'].includes(name);
    return [name, type, isPublic ? 'n' : '-', isPrivileged ? 'n' : '-', 'n', wake, limit, command].join(' ');
  });
  return [...lines, 'postlog unix-dgram n - n - 1 postlogd', ''].join('\n');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
