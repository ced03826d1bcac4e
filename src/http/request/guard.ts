import { Problem } from "../../vocabulary/problems.ts";
import type { Principal } from "../../vocabulary/actor.ts";
import type { RequestContext } from "./request_context.ts";
import type { Requirement } from "../contract/contract.ts";

/** Lets a request in, and says who sends it; undefined where nobody need be. */
export type Guard = (
  request: Request,
  access: Requirement,
  call: RequestContext,
) => Principal | undefined | Promise<Principal | undefined>;

/** Tells who sends an access token. */
export interface Authentication {
  /** @throws {Problem} `invalid_token` */
  authenticate(token: string): Principal | Promise<Principal>;
}

/** Answers what a principal may do now. */
export interface Authorization {
  holds(principal: Principal, permission: string): boolean | Promise<boolean>;
}

/** Enforces what an operation declares: `requires()`, `signedIn`, `anyone`. Asks for permissions, never for role names. */
export function createGuard({ authentication, roles }: {
  authentication: Authentication;
  roles: Authorization;
}): Guard {
  return (request, access, call) => {
    if (access.kind === "anyone") return undefined;
    const token = bearerToken(request.headers.get("authorization"));
    if (token === undefined) {
      if (access.kind === "optional") return undefined;
      throw new Problem("token_missing");
    }
    const caller = authentication.authenticate(token);
    return caller instanceof Promise ? caller.then(admit) : admit(caller);

    function admit(caller: Principal): Principal | Promise<Principal> {
      call.userId = caller.user.id;
      if (access.kind !== "permission") return caller;
      const may = roles.holds(caller, access.permission);
      return may instanceof Promise ? may.then((held) => refuseUnless(held, caller)) : refuseUnless(may, caller);
    }
  };

  function refuseUnless(held: boolean, caller: Principal): Principal {
    if (!held) throw new Problem("forbidden");
    return caller;
  }
}

/**
 * The token of an `Authorization: Bearer` header (RFC 6750 §2.1), whose scheme may be in any case (RFC 9110 §11.1).
 * Undefined without such a header; `Bearer` alone is an empty token, which is then refused as a bad one.
 */
export function bearerToken(header: string | null): string | undefined {
  if (header === null || !/^bearer(?: |$)/i.test(header)) return undefined;
  return header.slice(7);
}
