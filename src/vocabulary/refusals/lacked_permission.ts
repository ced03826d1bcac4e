import type { Scopes } from "../actor.ts";
import type { Permission } from "../dictionary.ts";
import { Problem } from "../problems.ts";

/**
 * The refusal of a caller without the permission. A credential with scopes is told which scope it needs (RFC 6750
 * §3.1); for a user who signed in without a client there is no scope to ask for.
 */
export function lackedPermission(permission: Permission, scopes: Scopes, detail?: string): Problem {
  return new Problem("forbidden", {
    ...(detail !== undefined && { detail }),
    ...(scopes && { headers: { "www-authenticate": scopeChallenge(permission) } }),
  });
}

/** Asks a client for a token with this scope. */
export function scopeChallenge(scope: string): string {
  return `Bearer error="insufficient_scope", scope="${scope}"`;
}
