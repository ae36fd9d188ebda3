// A page that shows which DNS record of a domain is wrong, and what it should be. What it is given stays in the browser: the
// key signs one request to the resource that the page is of, and is sent nowhere. Nothing is loaded from elsewhere.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { type Operation, operation } from '../../shared/api/index.js';
import { Answer, Download, downloadOf } from '../../shared/http/index.js';

const style = `
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
label, input, button { display: block; font: inherit; } input { width: 100%; box-sizing: border-box; margin-bottom: 1rem; }
table { border-collapse: collapse; width: 100%; margin-top: 1.5rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem; border-bottom: 1px solid #8888; overflow-wrap: anywhere; }
`;

/** Signed as the SDKs do: ACS, "Sign an HTTP request". */
const script = `
const words = {
  right: 'is right',
  missing: 'is missing',
  wrong: 'is wrong',
  twice: 'is there more than once; leave one',
  noAnswer: 'was not found out: DNS does not answer',
  notLookedUp: 'is not looked up in the emulator',
};
const path = '/emails/domains/:check?api-version=2025-09-01';
const bytesOf = (text) => new TextEncoder().encode(text);
const toBase64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));

async function checkDomain(origin, connection, domain) {
  const [, key = connection.trim()] = /accesskey=([^;]+)/i.exec(connection) ?? [];
  const body = JSON.stringify({ domain: domain.trim() });
  const date = new Date().toUTCString();
  const hash = toBase64(await crypto.subtle.digest('SHA-256', bytesOf(body)));
  const secret = Uint8Array.from(atob(key), (each) => each.charCodeAt(0));
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const signing = await crypto.subtle.importKey('raw', secret, algorithm, false, ['sign']);
  const text = ['POST', path, [date, new URL(origin).host, hash].join(';')].join('\\n');
  const signature = toBase64(await crypto.subtle.sign('HMAC', signing, bytesOf(text)));
  const answer = await fetch(origin + path, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-ms-date': date,
      'x-ms-content-sha256': hash,
      authorization: 'HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=' + signature,
    },
  });
  const found = await answer.json();
  if (!answer.ok) {
    throw new Error(found.error.message);
  }
  return found.records.map(({ verificationType, type, name, value, state, found: there }) => [
    verificationType + ' ' + (words[state] ?? state),
    type,
    name,
    value,
    there.join('\\n'),
  ]);
}

function show(target, rows) {
  const cells = (tag, texts) => {
    const row = document.createElement('tr');
    for (const text of texts) {
      row.appendChild(document.createElement(tag)).textContent = text;
    }
    return row;
  };
  const heads = ['Record', 'Type', 'Name', 'What it should be', 'What is there'];
  target.replaceChildren(cells('th', heads), ...rows.map((row) => cells('td', row)));
}

document.querySelector('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const said = document.querySelector('output');
  said.textContent = 'Looking it up';
  try {
    const [connection, domain] = ['connection', 'domain'].map((name) => document.getElementById(name).value);
    show(document.querySelector('table'), await checkDomain(location.origin, connection, domain));
    said.textContent = '';
  } catch (error) {
    said.textContent = error.message;
  }
});
`;

const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>DNS records of a sender domain</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>${style}</style></head>
<body>
<h1>DNS records of a sender domain</h1>
<p>Which records of a domain that is linked to this resource are as they have to be. The key stays in this page.</p>
<form>
<label for="domain">Domain</label><input id="domain" required autocomplete="off" placeholder="contoso.com">
<label for="connection">Connection string, or access key</label>
<input id="connection" type="password" required autocomplete="off">
<button>Check</button>
</form>
<p><output></output></p>
<table></table>
<script>${script}</script>
</body>
</html>
`;

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const bytes = Buffer.from(page);
const headers = {
  'cache-control': 'no-store',
  'content-security-policy': [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

export function domainPageOperations(): Operation[] {
  return [
    operation({
      service: 'mailLinks',
      auth: { kind: 'anonymous' },
      name: 'email-domain-page',
      summary: 'Shows a page that checks the DNS records of a linked domain.',
      route: 'GET emails/domains/page',
      answers: { 200: downloadOf('text/html') },
      answerHeaders: { 200: Object.keys(headers) },
      answer: async () => new Answer(200, new Download(Readable.from([bytes]), 'text/html', bytes.length), headers),
    }),
  ];
}
