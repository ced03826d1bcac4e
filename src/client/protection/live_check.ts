import { type Access, scopesOf } from "./access_token.ts";
import { createIntrospection } from "./introspection.ts";
import type { IssuerMetadata, Send } from "./issuer.ts";
import type { ProtectionOptions } from "./options.ts";
import { Refusal } from "./refusal.ts";
import { createRevocationFeed } from "./revocation_feed.ts";

/** Decides whether a token that is valid by its signature is still valid. */
export interface LiveCheck {
  /** The access as it is now. @throws {Refusal} `invalid_token`, or `unavailable`. */
  check(token: string, access: Access): Promise<Access>;
  close(): void;
}

/** The check that the options choose. */
export function createLiveCheck(deps: {
  options: ProtectionOptions;
  issuer: string;
  metadata: () => Promise<IssuerMetadata>;
  send: Send;
  now: () => number;
  report: (error: unknown) => void;
}): LiveCheck {
  const { options: { check = "offline", client, cacheSeconds = 2, silenceSeconds = 60, whenSilent }, issuer } = deps;
  const accepts = whenSilent === "accept";
  if (check === "offline") return { check: (_, access) => Promise.resolve(access), close: () => {} };
  const authorization = basic(client!);
  if (check === "introspection") {
    return byIntrospection(createIntrospection({ ...deps, authorization, cacheSeconds }), accepts);
  }
  return byFeed(
    createRevocationFeed({ ...deps, url: `${issuer}/revocations`, authorization, silenceSeconds }),
    accepts,
  );
}

/** Scopes that the user has lost are lost at once. */
function byIntrospection({ introspect }: ReturnType<typeof createIntrospection>, accepts: boolean): LiveCheck {
  return { check, close: () => {} };

  async function check(token: string, access: Access): Promise<Access> {
    try {
      const { active, scope } = await introspect(token);
      if (!active) throw new Refusal("invalid_token", "The token is not active.");
      if (scope === undefined) return access;
      const now = new Set(scopesOf(scope));
      return { ...access, scopes: access.scopes.filter((each) => now.has(each)) };
    } catch (error) {
      if (accepts && error instanceof Refusal && error.code === "unavailable") return access;
      throw error;
    }
  }
}

function byFeed(feed: ReturnType<typeof createRevocationFeed>, accepts: boolean): LiveCheck {
  return { check, close: feed.close };

  async function check(_: string, access: Access): Promise<Access> {
    const liveness = await feed.check(access.claims);
    if (liveness === "revoked") throw new Refusal("invalid_token", "The token was revoked.");
    if (liveness === "unknown" && !accepts) {
      throw new Refusal("unavailable", "Sentinel has not answered for too long to know whether the token was revoked.");
    }
    return access;
  }
}

/** RFC 6749 §2.3.1 */
function basic({ id, secret }: { id: string; secret: string }): string {
  const encoded = [id, secret].map((part) => encodeURIComponent(part)).join(":");
  return `Basic ${btoa(encoded)}`;
}
