// For developers, emulator only: says which mistake would explain a wrong signature. It signs the request again with one
// mistake at a time; when none fits, it shows what the server expected to be signed. Never a key, never a signature.
import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { ApiRequest, FaultDetail } from '../http/index.js';
import type { SigningKey } from './access-keys.js';
import { requestTarget } from './signing-targets.js';
import { type SignedParts, stringToSign } from './string-to-sign.js';

export interface FailedSignature {
  readonly request: ApiRequest;
  readonly parts: SignedParts;
  readonly body: Buffer;
  readonly targets: readonly string[];
  readonly hosts: readonly string[];
  readonly keys: readonly SigningKey[];
  readonly signature: Buffer;
  /** Keys of resources elsewhere, that may have been taken for one of this. */
  readonly elsewhere?: readonly KeysElsewhere[];
}

/** The keys of a resource of another geography. */
export interface KeysElsewhere {
  readonly name: string;
  readonly geography: string;
  readonly keys: readonly SigningKey[];
}

/** One mistake: what it says when it fits, and what a client that makes it signs. */
interface Mistake {
  readonly says: string;
  readonly message: string;
}

const diagnosis = (message: string): FaultDetail => ({ code: 'SignatureDiagnosis', message });

export function explainSignature(failed: FailedSignature): FaultDetail {
  const { parts, targets, hosts, keys, signature } = failed;
  const isSigned = (message: string, key: Buffer): boolean =>
    timingSafeEqual(createHmac('sha256', key).update(message).digest(), signature);

  for (const target of targets) {
    for (const host of hosts) {
      const right = stringToSign(parts, target, host);
      if (keys.some(({ key }) => isSigned(right, Buffer.from(key.toString('base64'))))) {
        return diagnosis('The key was used as text. Decode the access key from base64 before signing with it.');
      }
      for (const { says, message } of mistakes(failed, target, host)) {
        if (keys.some(({ key }) => isSigned(message, key))) {
          return diagnosis(says);
        }
      }
    }
  }
  for (const other of failed.elsewhere ?? []) {
    const isTheirs = targets.some((target) =>
      hosts.some((host) => other.keys.some(({ key }) => isSigned(stringToSign(parts, target, host), key))),
    );
    if (isTheirs) {
      const message = `This is signed with a key of ${other.name}, which lies in ${other.geography}; the request went to a resource of another geography. Ask at the endpoint that stands in the same connection string as the key.`;
      return { code: 'KeyOfAnotherGeography', message };
    }
  }
  const expected = stringToSign(parts, targets[0] ?? '', hosts[0] ?? '').split('\n');
  return diagnosis(
    `No common mistake explains this signature. Expected to be signed: line 1 "${expected[0]}", line 2 "${expected[1]}", line 3 "${expected[2]}", joined by "\\n". If that is what you sign, the key is not one of this resource: perhaps of another one, or of one in another geography.`,
  );
}

function* mistakes(failed: FailedSignature, target: string, host: string): Generator<Mistake> {
  const { parts, request, body } = failed;
  const sign = (changed: Partial<SignedParts & { target: string; host: string }>): string =>
    stringToSign({ ...parts, ...changed }, changed.target ?? target, changed.host ?? host);

  for (const wrong of wrongHosts(host)) {
    yield {
      says: `Line 3: the host was signed as "${wrong}", but the request went to "${host}". Sign the value of the Host header, with its port.`,
      message: sign({ host: wrong }),
    };
  }
  for (const [how, wrong] of wrongTargets(target, host)) {
    yield {
      says: `Line 2: the path and query were signed ${how} ("${wrong}"). Sign them as they are sent: "${target}".`,
      message: sign({ target: wrong }),
    };
  }
  for (const name of ['x-ms-date', 'date']) {
    const other = request.header(name);
    if (other === undefined || other === parts.date) {
      continue;
    }
    yield {
      says: `Line 3: the date of the header ${name} was signed, but SignedHeaders names the other date header.`,
      message: sign({ date: other }),
    };
  }
  yield {
    says: 'Line 3: the hash of an empty body was signed, but the request has a body. Sign the value of x-ms-content-sha256.',
    message: sign({ bodyHash: hash('sha256', '', 'base64') }),
  };
  yield {
    says: 'Line 3: the body hash was signed in hexadecimal. Sign the value of x-ms-content-sha256, which is base64.',
    message: sign({ bodyHash: hash('sha256', body, 'hex') }),
  };
  yield {
    says: 'Line 1: the HTTP method was signed in lower case. Sign it in upper case.',
    message: sign({ verb: parts.verb.toLowerCase() }),
  };
  const right = sign({});
  yield { says: 'A line break was signed after the last line. Leave it out.', message: `${right}\n` };
  yield {
    says: 'The lines were joined by "\\r\\n". Join them by "\\n".',
    message: right.replaceAll('\n', '\r\n'),
  };
  yield {
    says: 'Line 3: date, host and body hash were joined by line breaks. Join them by ";".',
    message: `${parts.verb}\n${target}\n${parts.date}\n${host}\n${parts.bodyHash}`,
  };
}

function wrongHosts(host: string): string[] {
  const name = host.replace(/:\d+$/, '');
  const port = host.slice(name.length);
  const other = { localhost: '127.0.0.1', '127.0.0.1': 'localhost' }[name];
  const wrong = [`${name}:443`, `${name}:80`, `https://${host}`, `http://${host}`];
  if (other !== undefined) {
    wrong.push(other + port, other);
  }
  return wrong.filter((candidate) => candidate !== host);
}

function wrongTargets(target: string, host: string): [how: string, wrong: string][] {
  const { path, query } = requestTarget(target);
  const wrong: [string, string][] = [
    ['percent-decoded', decodeOrKeep(path) + decodeOrKeep(query.replaceAll('+', ' '))],
    ['with a decoded path', decodeOrKeep(path) + query],
    ['with a decoded query', path + decodeOrKeep(query.replaceAll('+', ' '))],
    ['with an encoded query', path + encodeURI(query)],
    ['without the query', path],
    ['as a whole URL', `https://${host}${target}`],
    ['as a whole URL', `http://${host}${target}`],
    ['without the leading "/"', target.slice(1)],
  ];
  return wrong.filter(([, candidate]) => candidate !== target);
}

function decodeOrKeep(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function explainBodyHash(claimed: string, body: Buffer): FaultDetail {
  const text = body.toString('utf8');
  const guesses: [says: string, hash: string][] = [
    ['It is in hexadecimal. Send it as base64.', hash('sha256', body, 'hex')],
    ['It is the hash of an empty body.', hash('sha256', '', 'base64')],
    ['It is the hash of the body without surrounding white space.', hash('sha256', text.trim(), 'base64')],
    ['It is the hash of the body with a line break at its end.', hash('sha256', `${text}\n`, 'base64')],
    [
      'It is the hash of the body in UTF-16. Hash the bytes that are sent.',
      hash('sha256', Buffer.from(text, 'utf16le'), 'base64'),
    ],
    [
      'It is base64 of the hexadecimal text. Encode the 32 bytes.',
      Buffer.from(hash('sha256', body, 'hex')).toString('base64'),
    ],
  ];
  const says = guesses.find(([, guess]) => guess.toLowerCase() === claimed.toLowerCase())?.[0];
  return diagnosis(
    says ?? `The service read ${body.length} bytes of body. Hash exactly the bytes that are sent, after serialising.`,
  );
}
