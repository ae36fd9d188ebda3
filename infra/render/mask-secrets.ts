// Takes what the Pulumi runtime is about to send, and puts a mask where a secret stands.
import { mask } from './recorded-resource.js';

// What marks a special value, and a secret among them, in Pulumi's own encoding.
const special = '4dabf18193072939515e22adb298388d';
const secretMark = '1b47061264138c4ac30d75fd1eb44270';
const outputMark = 'd0e6a833031e9bbcd3f4e8bde6ca49a4';

export function maskSecrets(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(maskSecrets);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const fields = value as Readonly<Record<string, unknown>>;
  if (fields[special] === secretMark) {
    return mask;
  }
  if (fields[special] === outputMark) {
    return fields['secret'] === true ? mask : maskSecrets(fields['value']);
  }
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([name]) => name !== '__defaults')
      .map(([name, each]) => [name, maskSecrets(each)]),
  );
}
