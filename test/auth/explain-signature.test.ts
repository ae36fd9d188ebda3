import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../shared/http/fault.js';
import { verifySignature } from '../../shared/auth/index.js';
import { dateText, identityId, platforms, realNow, routeTemplate, type SignedRequest, sign } from './signed-request.js';

const key = Buffer.alloc(64, 0xfb);
const target = `/identities/${encodeURIComponent(identityId)}/:issueAccessToken?api-version=2023-10-01&q=a%20b`;
const body = '{"scopes":["chat"]}';
const bodyHash = createHash('sha256').update(body).digest('base64');
const right = `POST\n${target}\n${dateText};localhost:7401;${bodyHash}`;

const keyElsewhere = Buffer.alloc(64, 0x77);

function faultOf(request: SignedRequest, emulator = true): Fault {
  try {
    verifySignature({
      request: platforms.asSent(request),
      routeTemplate,
      body: request.body,
      keys: [
        { slot: 'primary', generation: 1, key: Buffer.alloc(64, 1) },
        { slot: 'secondary', generation: 1, key },
      ],
      realNow,
      emulator,
      elsewhere: () => [
        {
          name: 'contoso-japan',
          geography: 'japan',
          keys: [{ slot: 'primary', generation: 1, key: Buffer.alloc(64, 2) }],
        },
        {
          name: 'contoso-germany',
          geography: 'germany',
          keys: [{ slot: 'secondary', generation: 1, key: keyElsewhere }],
        },
      ],
    });
  } catch (error) {
    if (error instanceof Fault) {
      return error;
    }
    throw error;
  }
  throw new Error('The request was accepted.');
}

describe('the diagnosis of a wrong signature', () => {
  it.each<[mistake: string, text: string, says: string]>([
    ['another port', right.replace('localhost:7401', 'localhost:443'), 'the host was signed as "localhost:443"'],
    ['another name of the machine', right.replace('localhost', '127.0.0.1'), 'signed as "127.0.0.1:7401"'],
    ['the endpoint as host', right.replace('localhost', 'https://localhost'), 'signed as "https://localhost:7401"'],
    ['a decoded path', right.replaceAll('%3A', ':'), 'with a decoded path'],
    ['a decoded query', right.replace('%20', ' '), 'with a decoded query'],
    ['everything decoded', right.replaceAll('%3A', ':').replace('%20', ' '), 'percent-decoded'],
    ['the query left out', right.replace(/\?.*/, ''), 'without the query'],
    ['a query encoded twice', right.replace('%20', '%2520'), 'with an encoded query'],
    ['a whole URL', right.replace(target, `http://localhost:7401${target}`), 'as a whole URL'],
    ['no leading slash', right.replace(target, target.slice(1)), 'without the leading "/"'],
    ['a lower-case method', right.replace('POST', 'post'), 'in lower case'],
    ['a line break at the end', `${right}\n`, 'A line break was signed'],
    ['Windows line ends', right.replaceAll('\n', '\r\n'), 'joined by "\\r\\n"'],
    ['line breaks for semicolons', right.replaceAll(';', '\n'), 'Join them by ";"'],
    [
      'the hash of nothing',
      right.replace(bodyHash, createHash('sha256').digest('base64')),
      'the hash of an empty body',
    ],
    [
      'a hexadecimal body hash',
      right.replace(bodyHash, createHash('sha256').update(body).digest('hex')),
      'in hexadecimal',
    ],
  ])('names %s', (_, text, says) => {
    const { innererror } = faultOf(sign(key, { target, body, text })).extras;
    expect(innererror?.code).toBe('SignatureDiagnosis');
    expect(innererror?.message).toContain(says);
  });

  it('names the other date header', () => {
    const otherDate = dateText.replace(':19', ':18');
    const request = sign(key, { target, body, text: right.replace(dateText, otherDate) });
    const { innererror } = faultOf({ ...request, headers: { ...request.headers, date: otherDate } }).extras;
    expect(innererror?.message).toContain('the date of the header date was signed');
  });

  it('names a key that was not decoded from base64', () => {
    const { innererror } = faultOf(sign(Buffer.from(key.toString('base64')), { target, body })).extras;
    expect(innererror?.message).toContain('Decode the access key from base64');
  });

  it('names the geography whose key was taken, and only to a request that is really signed with it', () => {
    const request = sign(keyElsewhere, { target, body });
    const fault = faultOf(request);
    expect([fault.status, fault.code]).toEqual([401, 'Denied']);
    expect(fault.extras.innererror?.message).toMatch(/a key of contoso-germany, which lies in germany;/);
    const altered = { ...request, target: target.replace('a%20b', 'a%20c') };
    expect(faultOf(altered).extras.innererror?.message).not.toMatch(/germany|japan/);
    expect(faultOf(sign(Buffer.alloc(64, 3), { target, body })).extras.innererror?.message).not.toMatch(
      /germany|japan/,
    );
  });

  it('does not look for other geographies in a deployed app, and says only that it may be one', () => {
    const fault = faultOf(sign(keyElsewhere, { target, body }), false);
    expect(fault.extras).toEqual({});
    expect(fault.message).toContain('A key of a resource of the same name in another geography is not one.');
    expect(fault.message).toBe(faultOf(sign(Buffer.alloc(64, 3), { target, body }), false).message);
  });

  it('shows what was expected when no mistake fits, but neither key nor signature', () => {
    const request = sign(Buffer.alloc(64, 9), { target, body });
    const message = faultOf(request).extras.innererror?.message ?? '';
    expect(message).toContain(`line 1 "POST", line 2 "${target}", line 3 "${dateText};localhost:7401;${bodyHash}"`);
    const rightSignature = sign(key, { target, body }).headers.authorization?.split('Signature=')[1] ?? '';
    for (const secret of [key.toString('base64'), key.toString('hex'), rightSignature]) {
      expect(JSON.stringify(faultOf(request).extras)).not.toContain(secret);
    }
  });

  it.each<[mistake: string, claimed: string, says: string]>([
    ['a hexadecimal hash', createHash('sha256').update(body).digest('hex').toUpperCase(), 'in hexadecimal'],
    ['the hash of nothing', createHash('sha256').digest('base64'), 'an empty body'],
    ['the hash of other bytes', createHash('sha256').update('other').digest('base64'), 'The service read 19 bytes'],
  ])('of a wrong x-ms-content-sha256 names %s', (_, claimed, says) => {
    const request = sign(key, { target, body });
    const { innererror } = faultOf({
      ...request,
      headers: { ...request.headers, 'x-ms-content-sha256': claimed },
    }).extras;
    expect(innererror?.message).toContain(says);
  });

  it('is not given outside the emulator', () => {
    expect(faultOf(sign(key, { target, body, text: `${right}\n` }), false).extras).toEqual({});
    const request = sign(key, { target, body });
    const changed = { ...request, body: Buffer.from('other') };
    expect(faultOf(changed, false).extras.innererror).toBeUndefined();
  });
});
