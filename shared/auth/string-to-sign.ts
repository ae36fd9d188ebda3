// The text that an access key signs: ACS "Sign an HTTP request".

/** What a client signs, apart from path, query and host, of which several spellings are tried. */
export interface SignedParts {
  readonly verb: string;
  readonly date: string;
  readonly bodyHash: string;
}

export function stringToSign(parts: SignedParts, target: string, host: string): string {
  return `${parts.verb}\n${target}\n${parts.date};${host};${parts.bodyHash}`;
}
