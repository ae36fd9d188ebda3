// An answer whose status the handler chooses: made or changed, begun or done, in part or elsewhere. The operation declares
// which statuses these can be; the pipeline refuses another.
import { Download } from './streams.js';

/** What operations can answer when nothing is wrong; errors are faults. */
export type AnswerStatus = 200 | 201 | 202 | 204 | 206 | 207 | 302;

export class Answer<Status extends AnswerStatus = AnswerStatus, Body = undefined> {
  readonly status: Status;
  /** undefined when there is none. */
  readonly body: Body;
  /** More headers, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: Status, body?: Body, headers: Answer['headers'] = {}) {
    if (status === 302 && headers['location'] === undefined) {
      throw new Error('An answer with status 302 needs a Location.');
    }
    this.status = status;
    // Without a body its type is undefined.
    this.body = body as Body;
    this.headers = headers;
  }
}

/** The whole of a content, or the part of it that was asked for. */
export function downloadAnswer(download: Download): Answer<200 | 206, Download> {
  return new Answer(download.ranged?.range === undefined ? 200 : 206, download);
}
