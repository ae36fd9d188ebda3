// What the browser half of the chat SDK needs of a browser, over Node's own fetch and the WebSocket of `ws`.
import { WebSocket } from 'ws';

class PageRequest {
  withCredentials = false;
  timeout = 0;
  readyState = 0;
  status = 0;
  responseText = '';
  #headers = new Map();
  #received = new Headers();
  #method = 'GET';
  #url = '';
  #stop = new AbortController();

  open(method, url) {
    this.#method = method;
    this.#url = url;
    this.#move(1);
  }

  setRequestHeader(name, value) {
    this.#headers.set(name, value);
  }

  getResponseHeader(name) {
    return this.#received.get(name);
  }

  getAllResponseHeaders() {
    return [...this.#received].map(([name, value]) => `${name}: ${value}`).join('\r\n');
  }

  abort() {
    this.#stop.abort();
  }

  async send(body) {
    const limit = this.timeout > 0 ? [AbortSignal.timeout(this.timeout)] : [];
    const signal = AbortSignal.any([this.#stop.signal, ...limit]);
    try {
      const headers = [...this.#headers];
      const answer = await fetch(this.#url, { method: this.#method, headers, body: body || undefined, signal });
      this.responseText = await answer.text();
      this.status = answer.status;
      this.#received = answer.headers;
      this.#move(4);
      this.onload?.();
    } catch {
      if (!this.#stop.signal.aborted) {
        this.#move(4);
        this.onerror?.();
      }
    }
  }

  #move(state) {
    this.readyState = state;
    this.onreadystatechange?.();
  }
}

/** @param origin of the page */
export function actAsBrowser(origin) {
  const { hostname, port, protocol, href } = new URL(origin);
  const location = { hostname, port, protocol, href };
  const document = { readyState: 'complete', domain: hostname, location };
  const Socket = class extends WebSocket {
    constructor(url) {
      super(url, { headers: { origin } });
    }
  };
  Object.assign(globalThis, { self: globalThis, location, document, XMLHttpRequest: PageRequest, WebSocket: Socket });
}
