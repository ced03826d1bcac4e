import type { TokenAlgorithm } from "./access_token.ts";
import type { ProofMemory } from "./proof_memory.ts";

/** How an API is protected. Without `check`, tokens are verified without asking Sentinel about each. */
export interface ProtectionOptions {
  /** The address of Sentinel, `SENTINEL_PUBLIC_URL`. */
  issuer: string;
  /** The URI of your API, as registered: tokens for another API are refused. */
  audience: string;
  /**
   * How soon a token that was revoked is refused: `offline` when it expires, `revocations` within 5 seconds, by the
   * feed that is polled every 2 seconds, `introspection` within `cacheSeconds`, by asking about each token. The last
   * two need `client` or `introspectionKey`.
   */
  check?: "offline" | "introspection" | "revocations";
  /** The credentials of your API at Sentinel, a client with a secret and with your API in its `resources`. */
  client?: { id: string; secret: string };
  /** An API key with the scope `tokens:introspect`, which may ask about every token, in place of `client`. */
  introspectionKey?: string;
  /**
   * Whether the API keys of users are accepted, by introspection; this needs `introspectionKey`. A key is not for one
   * API: whoever runs your API could use it elsewhere.
   */
  apiKeys?: boolean;
  /** How long the answer of an introspection counts, 2 seconds by default. */
  cacheSeconds?: number;
  /** How long tokens are accepted by `revocations` while Sentinel does not answer, 60 seconds by default. */
  silenceSeconds?: number;
  /**
   * Whether tokens that cannot be checked live, by either `check`, are answered 503 (`refuse`, the default) or accepted
   * as by `offline`.
   */
  whenSilent?: "refuse" | "accept";
  /** `require` refuses tokens that are not bound to a key of their client. Bound tokens always need a proof. */
  dpop?: "accept" | "require";
  /** Remembers proofs; by default in this process. Processes that share the work of an API should share the memory. */
  proofs?: ProofMemory;
  /**
   * The scheme and host that callers use, by default those of `audience`. It is not read from the request: an attacker
   * may choose the Host header, and so use proofs that were made for another host.
   */
  origin?: string;
  /** The scopes of your API, for its metadata. */
  scopes?: string[];
  /** The name of your API, for its metadata. */
  name?: string;
  /** The algorithms of access tokens, `ES256` and `EdDSA` by default. */
  algorithms?: TokenAlgorithm[];
  /** Called with each failure to reach Sentinel, for the log. */
  onError?: (error: unknown) => void;
  /** Sends the requests to Sentinel; `fetch` by default. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** The time in milliseconds, `Date.now` by default. */
  now?: () => number;
}

/** @throws {TypeError} where options contradict each other, so that an API does not start half protected. */
export function requireSound(options: ProtectionOptions): void {
  const { check = "offline", client, introspectionKey, apiKeys = false, silenceSeconds = 60 } = options;
  if (check !== "offline" && !client && introspectionKey === undefined) {
    throw new TypeError(`check: "${check}" needs client: { id, secret }, or introspectionKey.`);
  }
  if (apiKeys && introspectionKey === undefined) throw new TypeError("apiKeys needs introspectionKey.");
  if (!(silenceSeconds >= 2)) throw new TypeError("silenceSeconds is at least 2: the feed is polled that often.");
  const { origin = options.audience } = options;
  if (!/^https?:\/\//.test(origin)) throw new TypeError(`origin is missing: "${options.audience}" is not a URL.`);
}

/** The Authorization header of the API's own requests to Sentinel (RFC 6749 §2.3.1). */
export function sentinelCredentials({ client, introspectionKey }: ProtectionOptions): string {
  if (!client) return `Bearer ${introspectionKey}`;
  return `Basic ${btoa([client.id, client.secret].map((part) => encodeURIComponent(part)).join(":"))}`;
}
