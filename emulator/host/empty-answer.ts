// Answers of the host itself: a status and no body.
import type { ServerResponse } from 'node:http';

export function answerEmpty(response: ServerResponse, status: number): void {
  response.statusCode = status;
  response.end();
}

/** What the function set before it failed does not go out; a begun answer is cut, so that nobody takes it for whole. */
export function answerFailure(response: ServerResponse): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  for (const name of response.getHeaderNames()) {
    if (!name.startsWith('access-control-')) {
      response.removeHeader(name);
    }
  }
  answerEmpty(response, 500);
}
