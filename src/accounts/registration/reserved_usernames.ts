import { once } from "../../platform/once.ts";
import { normalForm } from "../../platform/text/normal_form.ts";
import { skeleton } from "../../vocabulary/look_alikes/confusables.ts";
import { canonicalIdentifier, isUsername } from "../../vocabulary/identifiers.ts";
import type { FieldError } from "../../vocabulary/problems.ts";

export type ReservedUsernames = ReturnType<typeof createReservedUsernames>;

/** Usernames that only an operator may create: they could pass for the operator, or for a reserved word. */
export function createReservedUsernames(names: readonly string[]) {
  const reserved = once(() => new Set(names.flatMap(skeletonsOf)));
  return { includes, errors };

  /** Whether the username is reserved or looks like a reserved one, also in capitals and without separators. */
  function includes(username: string): boolean {
    return skeletonsOf(username).some((look) => reserved().has(look));
  }

  /** What is wrong with the username, if there is one, for users who are not the operator. */
  function errors(username: string | null | undefined): FieldError[] {
    const detail = 'This username is reserved. Only an operator can create its account, with "sentinel user create".';
    return typeof username === "string" && isUsername(username) && includes(username)
      ? [{ pointer: "#/username", code: "reserved_username", detail }]
      : [];
  }
}

/**
 * The skeletons of the name as typed, in canonical form and in capitals: `Т` looks like a T and `т` does not, and `1`
 * like an I and not like an i. Marks are removed, as few readers notice the dot of `ṁ`.
 */
function skeletonsOf(username: string): string[] {
  const canonical = canonicalIdentifier(username);
  return [normalForm(username, "NFKC"), canonical, canonical.toUpperCase()]
    .map((form) => skeleton(form.replaceAll(/[._-]/g, "")).replaceAll(/\p{M}/gu, ""));
}
