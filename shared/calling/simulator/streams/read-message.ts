// What an application says over a stream, as the official SDKs write it: createOutboundAudioData and
// createOutboundStopAudioData of JavaScript, and those of .NET, Java and Python, which write names with capitals.

export type Outbound = { readonly is: 'sound'; readonly pcm: Buffer } | { readonly is: 'stop' };

/** @returns undefined for what nobody understands */
export function readMessage(message: string): Outbound | undefined {
  const written = parse(message);
  const kind = field(written, 'kind');
  switch (typeof kind === 'string' ? kind.toLowerCase() : undefined) {
    case 'audiodata': {
      const data = field(field(written, 'audioData'), 'data');
      return typeof data === 'string' && isBase64(data) ? { is: 'sound', pcm: Buffer.from(data, 'base64') } : undefined;
    }
    case 'stopaudio':
      return { is: 'stop' };
    default:
      return undefined;
  }
}

function parse(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  const fields = value as Readonly<Record<string, unknown>>;
  return fields[name] ?? fields[name.charAt(0).toUpperCase() + name.slice(1)];
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}
