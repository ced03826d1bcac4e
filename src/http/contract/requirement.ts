import type { Aal } from "../../vocabulary/assurance.ts";
import type { Permission } from "../../vocabulary/dictionary.ts";

/**
 * Who may call: anyone; anyone, but a token that is sent must be valid; any user; a user whose credential has no
 * scopes; a user who holds a permission; such a user and OAuth clients, which the handler authenticates; or the user of
 * a token for userinfo, which may be `inForm` instead, where the handler authenticates it. Pages: anyone, signed in or
 * not; or a user who is signed in in this browser, and holds every one of the `permissions`.
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
  | { kind: "browser"; permissions?: readonly Permission[] };

/**
 * How fresh the sign-in of the caller must be (RFC 9470): at most `maxAgeSeconds` ago, if any, and with `aal` factors
 * if the caller has a second one. With `when` the handler decides in which cases: by `requireFresh` of the caller or
 * the actor.
 */
export type Freshness = { aal: Aal; maxAgeSeconds?: number; when?: string };

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
export const signedInBrowser = { access: { kind: "browser" } } as const;

/** Only users whose sign-in is so fresh; others prove again who they are, by step-up, or on pages by signing in. */
export function fresh(freshness: Freshness): { fresh: Freshness } {
  return { fresh: freshness };
}

/** For how long after a sign-in it counts as fresh, in seconds (RFC 9470 §4, `max_age`). */
export const freshSeconds = 600;

/** For what a stolen session must not do: within 10 minutes of a sign-in with all that the user has to prove. */
export const freshSignIn = fresh({ aal: 2, maxAgeSeconds: freshSeconds });

/** As {@link freshSignIn}, for what takes a proof of the second factor itself: a code counts once. */
export const freshWithProof = fresh({ aal: 1, maxAgeSeconds: freshSeconds });

/** A page for a user whose sign-in is fresh. Others are asked to sign in again. */
export const freshlySignedIn = { ...signedInBrowser, ...freshSignIn } as const;

/**
 * A page of the console: for users who hold `console:enter` and the permission that the API requires for the same. They
 * signed in with the second factor, if they have one; with `fresh` within the last 10 minutes. `shows` is what the API
 * requires for what the page shows beside its deed.
 */
export function inConsole(
  permission?: Permission,
  { fresh: isFresh = false, shows }: { fresh?: boolean; shows?: Permission } = {},
): { access: { kind: "browser"; permissions: readonly Permission[] }; fresh: Freshness } {
  const required = [permission, shows].filter((each) => each !== undefined);
  const permissions: Permission[] = ["console:enter", ...required];
  return { access: { kind: "browser", permissions }, ...(isFresh ? freshSignIn : fresh({ aal: 2 })) };
}

/** Everyone. A token is optional, must be valid when it is sent, and may allow more. */
export const anyoneOrToken = { access: { kind: "optional" } } as const;
