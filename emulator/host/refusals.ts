// What the host refuses before any function hears of it: nothing has been done then.
import type { ServerResponse } from 'node:http';
import { answerEmpty } from './empty-answer.js';

/** For a page from elsewhere, which gets to read nothing of this. */
export function refuseForeign(response: ServerResponse): void {
  response.setHeader('vary', 'origin');
  refuse(
    response,
    403,
    'ForeignOrigin',
    'A web page from elsewhere may not use the emulator. Allow its origin when you start it: --allow-origin https://...',
  );
}

/** For a name that may be that of a page from elsewhere, see own-names.ts. */
export function refuseName(response: ServerResponse): void {
  refuse(
    response,
    421,
    'UnknownHostName',
    'The emulator does not answer to this name, which could be that of a web site. If you have given it to this machine, say so when you start the emulator: --host-names NAME (in the library hostNames).',
  );
}

/** For what is no host, or no path of one. */
export function refuseHost(response: ServerResponse): void {
  response.setHeader('x-ms-error-code', 'InvalidHost');
  answerEmpty(response, 400);
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('connection', 'close');
  response.setHeader('x-ms-error-code', code);
  response.statusCode = status;
  response.end(JSON.stringify({ error: { code, message } }));
}
