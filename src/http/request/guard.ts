import { Problem } from "../../vocabulary/problems.ts";
import type { Principal } from "../../vocabulary/actor.ts";
import { keyOf } from "./key_headers.ts";
import type { RequestContext } from "./request_context.ts";
import type { Requirement } from "../contract/contract.ts";

/** Lets a request in, and says who sends it; undefined where it need not be known. */
export type Admission = (
  request: Request,
  call: RequestContext,
) => Principal | undefined | Promise<Principal | undefined>;

/** What decides who is let in to an operation. */
export type Guard = (operation: Guarded) => Admission;

type Guarded = { access: Requirement; path: string };

/** Tells who sends a credential: an access token or an API key. */
export interface Authentication {
  /** @throws {Problem} `invalid_token` */
  authenticate(credential: string): Principal | Promise<Principal>;
}

/** Answers what a principal may do now. */
export interface Authorization {
  holds(principal: Principal, permission: string): boolean | Promise<boolean>;
}

/** Whether the principal is let in; it throws where there is more to say than that the permission is not held. */
type Check = (principal: Principal) => boolean | Promise<boolean>;

/** Enforces what an operation declares: `requires()`, `signedIn`, `anyone`. Asks for permissions, never for role names. */
export function createGuard({ authentication, authorization }: {
  authentication: Authentication;
  authorization: Authorization;
}): Guard {
  return ({ access, path }) => {
    if (access.kind === "anyone") return () => undefined;
    const isOptional = access.kind === "optional";
    const check = checkOf(access);
    const takesBasic = !path.startsWith("/oauth/"); // there it is how clients authenticate

    return (request, call) => {
      const credential = bearerToken(request.headers.get("authorization")) ?? keyOf(request.headers, takesBasic);
      if (credential === undefined) {
        if (isOptional) return undefined;
        throw new Problem("token_missing");
      }
      const caller = authentication.authenticate(credential);
      return caller instanceof Promise ? caller.then(admit) : admit(caller);

      function admit(caller: Principal): Principal | Promise<Principal> {
        call.userId = caller.user.id;
        const may = check(caller);
        return may instanceof Promise ? may.then((held) => refuseUnless(held, caller)) : refuseUnless(may, caller);
      }
    };
  };

  function checkOf(access: Requirement): Check {
    if (access.kind === "permission") return (caller) => authorization.holds(caller, access.permission);
    return access.kind === "own_account" ? isFirstParty : () => true;
  }

  function refuseUnless(held: boolean, caller: Principal): Principal {
    if (!held) throw new Problem("forbidden");
    return caller;
  }
}

/** @throws {Problem} `forbidden` for a credential with scopes. */
function isFirstParty({ scopes }: Principal): boolean {
  if (scopes === undefined) return true;
  throw new Problem("forbidden", { detail: "This takes a sign-in of your own: no credential with scopes does it." });
}

/**
 * The token of an `Authorization: Bearer` header (RFC 6750 §2.1), whose scheme may be in any case (RFC 9110 §11.1).
 * Undefined without such a header; `Bearer` alone is an empty token, which is then refused as a bad one.
 */
export function bearerToken(header: string | null): string | undefined {
  if (header === null || !/^bearer(?: |$)/i.test(header)) return undefined;
  return header.slice(7);
}
