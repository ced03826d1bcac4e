import type { Clock } from "../../platform/clock.ts";
import type { PrincipalUser } from "../../vocabulary/actor.ts";
import { aalAt, acrOf, type SignIn } from "../../vocabulary/assurance.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { Freshness } from "../contract/requirement.ts";

export type SignInFreshness = ReturnType<typeof createSignInFreshness>;

/**
 * Judges whether a sign-in is fresh enough (RFC 9470). A sign-in with a second factor counts as one for a limited time.
 */
export function createSignInFreshness({ clock, aal2MaxSeconds }: { clock: Clock; aal2MaxSeconds: number }) {
  return { isFresh, requireFresh };

  /** A second factor is required only of users who have one. */
  function isFresh({ aal, maxAgeSeconds = Infinity }: Freshness, signIn: SignIn, user: PrincipalUser): boolean {
    const now = clock.now();
    if (now - signIn.authTime >= maxAgeSeconds * 1_000) return false;
    return !user.has_factor || aalAt(signIn, now, aal2MaxSeconds) >= aal;
  }

  /**
   * The challenge says what a step-up has to prove (RFC 9470 §3). Who sent a credential that is not of a login has
   * nothing to step up.
   *
   * @throws {Problem} `insufficient_user_authentication`, `forbidden`
   */
  function requireFresh(freshness: Freshness, signIn: SignIn | undefined, user: PrincipalUser): void {
    if (!signIn) throw notSignedIn();
    if (isFresh(freshness, signIn, user)) return;
    const { aal, maxAgeSeconds: max_age } = freshness;
    const members = {
      ...(aal > 1 && user.has_factor && { acr_values: acrOf(aal) }),
      ...(max_age !== undefined && { max_age }),
    };
    const lacks = Object.entries(members).map(([name, value]) => `, ${name}="${value}"`).join("");
    throw new Problem("insufficient_user_authentication", {
      members,
      headers: { "www-authenticate": `Bearer error="insufficient_user_authentication"${lacks}` },
    });
  }
}

/** The refusal of keys and of tokens with scopes where users must have signed in themselves. */
export function notSignedIn(): Problem {
  return new Problem("forbidden", {
    detail: "This requires that you signed in yourself. A credential with scopes is not enough.",
  });
}
