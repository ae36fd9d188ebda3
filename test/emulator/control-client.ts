// Asks the control plane of an emulator, as a test in any language would.
import { request } from 'node:https';

export interface ControlAnswer {
  readonly status: number;
  readonly body: Record<string, unknown> & { error?: { code: string; message: string } };
}

export interface ControlTarget {
  readonly caCertificate: string;
  readonly ready: { readonly control: string };
}

export function askControl(
  { caCertificate, ready }: ControlTarget,
  method: string,
  path: string,
  body = '',
  headers: Readonly<Record<string, string>> = {},
): Promise<ControlAnswer> {
  return new Promise((resolve, reject) => {
    const options = { ca: caCertificate, servername: 'localhost', method, headers, agent: false };
    const sent = request(ready.control + path, options, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as ControlAnswer['body'] }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
