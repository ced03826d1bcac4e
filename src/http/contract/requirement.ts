import type { Permission } from "../../vocabulary/dictionary.ts";

/**
 * Who may call: anyone; anyone, but a token that is sent must be valid; any user; a user whose credential has no
 * scopes; a user who holds a permission; such a user and OAuth clients, which the handler authenticates; or the user of
 * a token for userinfo, which may be `inForm` instead, where the handler authenticates it. Pages: anyone, signed in or
 * not; or a user who is signed in in this browser, with `fresh` for at most 10 minutes, and holds every one of the
 * `permissions`.
 */
export type Requirement =
  | { kind: "anyone" }
  | { kind: "optional" }
  | { kind: "signed_in" }
  | { kind: "own_account" }
  | { kind: "permission"; permission: Permission }
  | { kind: "permission_or_client"; permission: Permission }
  | { kind: "userinfo"; inForm: boolean }
  | { kind: "visitor" }
  | { kind: "browser"; fresh: boolean; permissions?: readonly Permission[] };

/** Only users who hold the permission. */
export function requires(permission: Permission): { access: { kind: "permission"; permission: Permission } } {
  return { access: { kind: "permission", permission } };
}

/** Users who hold the permission, and OAuth clients, whom the handler authenticates where no token or key is sent. */
export function requiresOrClient(
  permission: Permission,
): { access: { kind: "permission_or_client"; permission: Permission } } {
  return { access: { kind: "permission_or_client", permission } };
}

/** Every user with a valid credential, to read their own data. */
export const signedIn = { access: { kind: "signed_in" } } as const;

/** Users who signed in themselves. A credential with scopes changes no password, address, session or key. */
export const ownAccount = { access: { kind: "own_account" } } as const;

/** Everyone. A test compares such operations with a reviewed list. */
export const anyone = { access: { kind: "anyone" } } as const;

/** A page for everyone. The handler learns who is signed in in this browser. */
export const visitor = { access: { kind: "visitor" } } as const;

/** A page for the user who is signed in in this browser. Others are asked to sign in. */
export const signedInBrowser = { access: { kind: "browser", fresh: false } } as const;

/** A page for a user who signed in within the last 10 minutes. Others are asked to sign in again. */
export const freshlySignedIn = { access: { kind: "browser", fresh: true } } as const;

/**
 * A page of the console: for users who hold `console:enter` and the permission that the API requires for the same,
 * with `fresh` within 10 minutes after they signed in.
 */
export function inConsole(
  permission?: Permission,
  { fresh = false }: { fresh?: boolean } = {},
): { access: { kind: "browser"; fresh: boolean; permissions: readonly Permission[] } } {
  const permissions: Permission[] = ["console:enter", ...(permission === undefined ? [] : [permission])];
  return { access: { kind: "browser", fresh, permissions } };
}

/** Everyone. A token is optional, must be valid when it is sent, and may allow more. */
export const anyoneOrToken = { access: { kind: "optional" } } as const;
