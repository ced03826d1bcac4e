import { lackedPermission } from "../../vocabulary/refusals/lacked_permission.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { Principal } from "../../vocabulary/actor.ts";
import { notSignedIn, type SignInFreshness } from "./freshness.ts";
import { invalidBoundToken, type ProofReader } from "../../vocabulary/proofs.ts";
import { sentProof } from "../parsing/sent_proof.ts";
import { keyOf } from "./key_headers.ts";
import type { RequestContext } from "./request_context.ts";
import type { Freshness, Requirement } from "../contract/contract.ts";

/** Checks a request. Returns the caller, or undefined when the operation needs none. */
export type Admission = (
  request: Request,
  call: RequestContext,
) => Principal | undefined | Promise<Principal | undefined>;

/** What decides who is let in to an operation. */
export type Guard = (operation: Guarded) => Admission;

type Guarded = { access: Requirement; path: string; fresh?: Freshness };

/**
 * Tells who sends a credential: an access token or an API key. `jkt` is the thumbprint of the key that the sender has
 * proven: a token counts only with the key that it is bound to, if any (RFC 9449 §7.1).
 */
export interface Authentication {
  /** @throws {Problem} `invalid_token` */
  authenticate(credential: string, jkt?: string): Principal | Promise<Principal>;
  /** As `authenticate`, with the sign-in of the user. @throws {Problem} `invalid_token` */
  authenticateWithSignIn(credential: string, jkt?: string): Principal | Promise<Principal>;
  /** Of tokens for userinfo, which count nowhere else. @throws {Problem} `invalid_token` */
  authenticateForUserinfo(token: string, jkt?: string): Principal | Promise<Principal>;
}

export interface Authorization {
  holds(principal: Principal, permission: string): boolean | Promise<boolean>;
}

/** Whether the principal may call. It throws when the client can be told more than that a permission is missing. */
type Check = (principal: Principal) => boolean | Promise<boolean>;

/** Enforces `requires()`, `signedIn` and `anyone` of an operation. It checks permissions, never role names. */
export function createGuard({ authentication, proofs, authorization, freshness }: {
  authentication: Authentication;
  proofs: ProofReader;
  authorization: Authorization;
  freshness: SignInFreshness;
}): Guard {
  return ({ access, path, fresh }) => {
    if (access.kind === "anyone") return () => undefined;
    if (access.kind === "visitor" || access.kind === "browser") throw new Error(`${path} is a page`);
    const isUserinfo = access.kind === "userinfo";
    const isOptional = access.kind === "optional" || access.kind === "permission_or_client" ||
      (isUserinfo && access.inForm);
    const authenticate = isUserinfo
      ? authentication.authenticateForUserinfo
      : fresh
      ? authentication.authenticateWithSignIn
      : authentication.authenticate;
    const check = freshCheckOf(checkOf(access), fresh);
    const refuseUnless = refusalOf(access);
    const admitted = fresh?.when === undefined ? refuseUnless : refuseUnlessOr(refuseUnless, fresh);
    const takesBasic = !path.startsWith("/oauth/"); // there it is how clients authenticate

    return (request, call) => {
      const authorization = request.headers.get("authorization");
      const credential = bearerToken(authorization) ?? keyOf(authorization, request.headers, takesBasic);
      if (credential === undefined) {
        const token = boundToken(authorization);
        if (token !== undefined) return authenticateWithProof(token, request, call, authenticate).then(admit);
        if (isOptional) return undefined;
        throw new Problem("token_missing");
      }
      const caller = authenticate(credential);
      return caller instanceof Promise ? caller.then(admit) : admit(caller);

      function admit(caller: Principal): Principal | Promise<Principal> {
        call.userId = caller.user.id;
        const may = check(caller);
        return may instanceof Promise ? may.then((held) => admitted(held, caller)) : admitted(may, caller);
      }
    };
  };

  /** The proof is judged before the token, and spent only if the token counts: nobody fills the memory without one. */
  async function authenticateWithProof(
    token: string,
    request: Request,
    call: RequestContext,
    authenticate: Authentication["authenticate"],
  ): Promise<Principal> {
    const sent = sentProof(request);
    if (!sent) throw new Problem("invalid_dpop_proof", { detail: "The header DPoP is missing (RFC 9449 §7.1)." });
    const proof = await (call.proof ??= proofs.read(sent, token));
    try {
      const caller = await authenticate(token, proof.jkt);
      await proof.spend();
      return caller;
    } catch (error) {
      if (error instanceof Problem && error.code === "invalid_token") throw invalidBoundToken(error.detail, error);
      throw error;
    }
  }

  function checkOf(access: Requirement): Check {
    if (access.kind === "permission" || access.kind === "permission_or_client") {
      return (caller) => authorization.holds(caller, access.permission);
    }
    return access.kind === "own_account" ? isFirstParty : () => true;
  }

  /** Asks for a fresh sign-in only of those who may call. Without `fresh` the check stays as it is. */
  function freshCheckOf(check: Check, fresh: Freshness | undefined): Check {
    if (!fresh || fresh.when !== undefined) return check;
    const isFresh = (held: boolean, { signIn, user }: Principal) => {
      if (held) freshness.requireFresh(fresh, signIn, user);
      return held;
    };
    return (caller) => {
      const held = check(caller);
      return held instanceof Promise ? held.then((known) => isFresh(known, caller)) : isFresh(held, caller);
    };
  }

  function refusalOf(access: Requirement): (held: boolean, caller: Principal) => Principal {
    const permission = "permission" in access ? access.permission : undefined;
    return (held, caller) => {
      if (held) return caller;
      throw permission === undefined ? new Problem("forbidden") : lackedPermission(permission, caller.scopes);
    };
  }

  /** The handler decides whether a fresh sign-in is required. */
  function refuseUnlessOr(refuseUnless: ReturnType<typeof refusalOf>, fresh: Freshness): typeof refuseUnless {
    return (held, caller) => {
      const { signIn, user } = refuseUnless(held, caller);
      return { ...caller, requireFresh: () => freshness.requireFresh(fresh, signIn, user) };
    };
  }
}

/** @throws {Problem} `forbidden` for a credential with scopes. */
function isFirstParty({ scopes }: Principal): boolean {
  if (scopes === undefined) return true;
  throw notSignedIn();
}

/**
 * The token in `Authorization: Bearer` (RFC 6750 §2.1), whatever the case (RFC 9110 §11.1). Undefined without such a
 * header; `Bearer` alone is an empty token, which is rejected as invalid.
 */
export function bearerToken(header: string | null): string | undefined {
  if (header === null || !/^bearer(?: |$)/i.test(header)) return undefined;
  return header.slice(7);
}

/** As {@link bearerToken}, in `Authorization: DPoP` (RFC 9449 §7.1). */
function boundToken(header: string | null): string | undefined {
  return header !== null && /^dpop(?: |$)/i.test(header) ? header.slice(5) : undefined;
}
