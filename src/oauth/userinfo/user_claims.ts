import type { PrincipalUser } from "../../vocabulary/actor.ts";

/** What a client learns of a user beside the subject. */
export type UserClaims = {
  preferred_username?: string;
  email?: string;
  email_verified?: boolean;
  roles?: string[];
};

/** The claims that the scopes ask for (OpenID Connect Core §5.4), for id_tokens and userinfo alike. */
export function userClaims(user: PrincipalUser, scopes: ReadonlySet<string>, roles: string[]): UserClaims {
  const { username, email, email_verified } = user;
  return {
    ...(scopes.has("profile") && username !== null && { preferred_username: username }),
    ...(scopes.has("email") && email !== null && { email, email_verified }),
    ...(scopes.has("roles") && { roles }),
  };
}
