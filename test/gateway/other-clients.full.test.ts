// Clients of other languages send by SMTP with what the emulator prints: Python's smtplib and Debian's swaks. Each is played
// where it is installed.
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { startEmulator, type Emulator, type EmulatorResource } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const isThere = (program: string) => spawnSync(program, ['--version']).error === undefined;

let emulator: Emulator;
let europe: EmulatorResource;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
  europe = emulator.resources[0] as EmulatorResource;
});
afterAll(() => emulator?.dispose());

interface Found {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
}

const mailTo = async (to: string) => (await emulator.stage('email', 'wait-for-mail', { to })) as Found;
const environment = () => ({ ...process.env, SSL_CERT_FILE: emulator.ready.ca });

describe.skipIf(!isThere('python3'))('smtplib (Python is needed for this)', () => {
  const script = `
import smtplib, ssl, sys
from email.message import EmailMessage
port, user, password, sender = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
message = EmailMessage()
message['From'] = sender
message['To'] = 'Python <python@contoso.example>'
message['Subject'] = 'Grüße'
message.set_content('Zeile eins\\n.Zeile zwei\\n')
message.add_attachment(b'abc', maintype='application', subtype='octet-stream', filename='a.bin')
with smtplib.SMTP('localhost', port) as smtp:
    try:
        smtp.login(user, password)
        print('in clear')
    except smtplib.SMTPNotSupportedError:
        print('no login in clear')
    smtp.starttls(context=ssl.create_default_context())
    try:
        smtp.login(user, 'wrong')
    except smtplib.SMTPAuthenticationError as error:
        print(error.smtp_code)
with smtplib.SMTP('localhost', port) as smtp:
    smtp.starttls(context=ssl.create_default_context())
    smtp.login(user, password)
    print(smtp.send_message(message, to_addrs=['python@contoso.example', 'blind@contoso.example']))
`;

  it('sends, and is refused as it should be', async () => {
    const { smtp, mailSender } = europe;
    const args = ['-c', script, String(smtp?.port), smtp?.username ?? '', smtp?.password ?? '', mailSender];
    const { stdout } = await run('python3', args, { env: environment() });
    expect(stdout.trim().split('\n')).toEqual(['no login in clear', '535', '{}']);
    const mail = await mailTo('python@contoso.example');
    expect(mail.subject).toBe('Grüße');
    expect(mail.text.trim().split('\n')).toEqual(['Zeile eins', '.Zeile zwei']);
    expect(mail.to.toSorted()).toEqual(['blind@contoso.example', 'python@contoso.example']);
  });
});

describe.skipIf(!isThere('swaks') && process.env['DOMICILE_ALL_SERVERS'] !== '1')(
  'swaks (Debian has it as a package of this name)',
  () => {
    const swaks = async (...more: string[]) => {
      const { smtp, mailSender } = europe;
      const args = ['--server', `localhost:${smtp?.port}`, '--from', mailSender, '--to', 'swaks@contoso.example'];
      const login = ['--auth-user', smtp?.username ?? '', '--auth-password', smtp?.password ?? ''];
      try {
        const { stdout } = await run('swaks', [...args, ...login, ...more], { env: environment() });
        return { code: 0, stdout };
      } catch (error) {
        const { code, stdout } = error as { readonly code: number; readonly stdout: string };
        return { code, stdout };
      }
    };

    it('sends with each way to log in', async () => {
      for (const way of ['PLAIN', 'LOGIN']) {
        const { code, stdout } = await swaks('--tls', '--tls-verify', '--auth', way, '--header', `Subject: By ${way}`);
        expect([code, stdout]).toEqual([0, expect.stringContaining('250 2.0.0 Accepted as')]);
        const mail = (await emulator.stage('email', 'wait-for-mail', { subject: `By ${way}` })) as Found;
        expect(mail.to).toEqual(['swaks@contoso.example']);
      }
    });

    it('cannot send without TLS, nor in the name of somebody else', async () => {
      const clear = await swaks('--auth', 'PLAIN');
      expect(clear.code).not.toBe(0);
      expect(clear.stdout).not.toContain('235');
      const other = await swaks('--tls', '--auth', 'PLAIN', '--header', 'From: boss@fabrikam.example');
      expect(other.stdout).toContain('550 5.7.1 The specified sender domain has not been linked.');
    });
  },
);
