import { Problem } from "../../vocabulary/problems.ts";
import type { Principal } from "../../vocabulary/actor.ts";
import { keyOf } from "./key_headers.ts";
import type { RequestContext } from "./request_context.ts";
import type { Requirement } from "../contract/contract.ts";

/** Checks a request. Returns the caller, or undefined when the operation needs none. */
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
  /** Of tokens for userinfo, which count nowhere else. @throws {Problem} `invalid_token` */
  authenticateForUserinfo(token: string): Principal | Promise<Principal>;
}

export interface Authorization {
  holds(principal: Principal, permission: string): boolean | Promise<boolean>;
}

/** Whether the principal may call. It throws when the client can be told more than that a permission is missing. */
type Check = (principal: Principal) => boolean | Promise<boolean>;

/** Enforces `requires()`, `signedIn` and `anyone` of an operation. It checks permissions, never role names. */
export function createGuard({ authentication, authorization }: {
  authentication: Authentication;
  authorization: Authorization;
}): Guard {
  return ({ access, path }) => {
    if (access.kind === "anyone") return () => undefined;
    if (access.kind === "visitor" || access.kind === "browser") throw new Error(`${path} is a page`);
    const isUserinfo = access.kind === "userinfo";
    const isOptional = access.kind === "optional" || access.kind === "permission_or_client" ||
      (isUserinfo && access.inForm);
    const authenticate = isUserinfo ? authentication.authenticateForUserinfo : authentication.authenticate;
    const check = checkOf(access);
    const takesBasic = !path.startsWith("/oauth/"); // there it is how clients authenticate

    return (request, call) => {
      const authorization = request.headers.get("authorization");
      const credential = bearerToken(authorization) ?? keyOf(authorization, request.headers, takesBasic);
      if (credential === undefined) {
        if (isOptional) return undefined;
        throw new Problem("token_missing");
      }
      const caller = authenticate(credential);
      return caller instanceof Promise ? caller.then(admit) : admit(caller);

      function admit(caller: Principal): Principal | Promise<Principal> {
        call.userId = caller.user.id;
        const may = check(caller);
        return may instanceof Promise ? may.then((held) => refuseUnless(held, caller)) : refuseUnless(may, caller);
      }
    };
  };

  function checkOf(access: Requirement): Check {
    if (access.kind === "permission" || access.kind === "permission_or_client") {
      return (caller) => authorization.holds(caller, access.permission);
    }
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
  throw new Problem("forbidden", {
    detail: "This requires that you signed in yourself. A credential with scopes is not enough.",
  });
}

/**
 * The token in `Authorization: Bearer` (RFC 6750 §2.1), whatever the case (RFC 9110 §11.1). Undefined without such a
 * header; `Bearer` alone is an empty token, which is rejected as invalid.
 */
export function bearerToken(header: string | null): string | undefined {
  if (header === null || !/^bearer(?: |$)/i.test(header)) return undefined;
  return header.slice(7);
}
