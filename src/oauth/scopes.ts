/**
 * Scopes that say what an application learns of a user who signs in, and how long (OpenID Connect Core 1.0 §5.4, §11).
 * They are neither permissions nor scopes of an API.
 */
export const identityScopes = ["openid", "profile", "email", "roles", "offline_access"] as const;

export type IdentityScope = (typeof identityScopes)[number];

/** What a client that signs users in may ask for unless its registration says otherwise. */
export const identityScopesDefault: readonly IdentityScope[] = ["openid", "profile", "email"];

export function isIdentityScope(scope: string): scope is IdentityScope {
  return (identityScopes as readonly string[]).includes(scope);
}
