import { type Access, scopesOf } from "./access_token.ts";
import { createIntrospection, type Introspection } from "./introspection.ts";
import type { IssuerMetadata, Send } from "./issuer.ts";
import { type ProtectionOptions, sentinelCredentials } from "./options.ts";
import { Refusal } from "./refusal.ts";
import { createRevocationFeed, type RevocationFeed } from "./revocation_feed.ts";

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
  const { options, issuer } = deps;
  const { check = "offline", cacheSeconds = 2, silenceSeconds = 60 } = options;
  if (check === "offline") return { check: (_, access) => Promise.resolve(access), close: () => {} };
  const authorization = sentinelCredentials(options);
  const introspection = createIntrospection({ ...deps, authorization, cacheSeconds });
  const feed = check === "revocations"
    ? createRevocationFeed({ ...deps, url: `${issuer}/revocations`, authorization, silenceSeconds })
    : undefined;
  const checked = feed
    ? byFeed(feed, introspection)
    : (token: string, access: Access) => byAnswer(introspection, token, access);
  return { check: options.whenSilent === "accept" ? acceptingSilence(checked) : checked, close: () => feed?.close() };
}

/** Scopes that the user has lost are lost at once. */
async function byAnswer({ introspect }: Introspection, token: string, access: Access): Promise<Access> {
  const { active, scope } = await introspect(token);
  if (!active) throw new Refusal("invalid_token", "Introspection: not active, or not for an API of this client.");
  if (scope === undefined) return access;
  const now = new Set(scopesOf(scope));
  return { ...access, scopes: access.scopes.filter((each) => now.has(each)) };
}

/**
 * A client whose `resources` lack this API would learn of no revocation, and nothing else would tell. So tokens are
 * introspected too until one is active, which shows that the feed is the right one.
 */
function byFeed(feed: RevocationFeed, introspection: Introspection): LiveCheck["check"] {
  let isOurs = false;
  return async (token, access) => {
    const liveness = await feed.check(access.claims);
    if (liveness === "revoked") throw new Refusal("invalid_token", "The token was revoked.");
    if (liveness === "unknown") {
      throw new Refusal("unavailable", "Sentinel has not answered for too long to know whether the token was revoked.");
    }
    if (!isOurs) await byAnswer(introspection, token, access);
    isOurs = true;
    return access;
  };
}

function acceptingSilence(check: LiveCheck["check"]): LiveCheck["check"] {
  return async (token, access) => {
    try {
      return await check(token, access);
    } catch (error) {
      if (error instanceof Refusal && error.code === "unavailable") return access;
      throw error;
    }
  };
}
