const metadata = 'resource_metadata="http://localhost:8000/.well-known/oauth-protected-resource"';

/** The `WWW-Authenticate` of operations that take access tokens. */
export function bearerChallenge(...params: string[]): string {
  return `Bearer ${[...params, metadata].join(", ")}`;
}

/** The same of tokens that are bound to a key. */
export function dpopChallenge(...params: string[]): string {
  return `DPoP ${[...params, metadata].join(", ")}`;
}

/** The challenge for a credential that does not count. */
export const invalidTokenChallenge = bearerChallenge('error="invalid_token"');
