// An answer whose status the handler decides: made or changed, begun or done. For interfaces, such as Azure Resource
// Manager, in which one operation has several.

export class Reply {
  readonly status: 200 | 201 | 202 | 204;
  /** undefined when there is none. */
  readonly body: unknown;
  /** More headers, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: Reply['status'], body?: unknown, headers: Reply['headers'] = {}) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}
