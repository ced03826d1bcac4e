import { type Access, createAccessTokenVerifier, scopesOf } from "./access_token.ts";
import { proofAlgorithms, requireProof } from "./dpop_proof.ts";
import { createIntrospection } from "./introspection.ts";
import { createIssuer, type Send } from "./issuer.ts";
import { createLiveCheck } from "./live_check.ts";
import { type ProtectionOptions, requireSound } from "./options.ts";
import { createProofMemory } from "./proof_memory.ts";
import { type ChallengeContext, ProtectionError, Refusal, type Scheme } from "./refusal.ts";

/** The parts of a request that are read. A `Request` has them. */
export interface ProtectedRequest {
  readonly method: string;
  /** Absolute, or from its path on. */
  readonly url: string;
  readonly headers: { get(name: string): string | null };
}

/** What a request needs. */
export interface Requirement {
  /** Scopes that the token must have, all of them. Permissions of Sentinel are scopes too. */
  scopes?: readonly string[];
}

/** The protection of one API. */
export interface Protection {
  /** The access of a request. @throws {ProtectionError} with the response to send. */
  authenticate(request: ProtectedRequest, requirement?: Requirement): Promise<Access>;
  /** The API's metadata (RFC 9728), to be served at {@link metadataPath}. */
  metadata(): Response;
  /** Where clients look for the metadata, below `/.well-known/oauth-protected-resource`. */
  readonly metadataPath: string;
  /** Stops polling the revocations. */
  close(): void;
}

type Credentials = { scheme: Scheme; token: string };

const sendTimeoutMs = 5_000;

/** Protects an API with the access tokens of Sentinel. @throws {TypeError} where options contradict each other. */
export function createProtection(options: ProtectionOptions): Protection {
  requireSound(options);
  const { audience, dpop = "accept", now = Date.now, onError: report = () => {}, algorithms = ["ES256", "EdDSA"] } =
    options;
  const issuer = options.issuer.replace(/\/$/, "");
  const { origin } = new URL(options.origin ?? audience);
  const send = sendBy(options.fetch ?? ((url, init) => fetch(url, init)));
  const keys = createIssuer({ issuer, send, now, report });
  const tokens = createAccessTokenVerifier({ issuer, audience, algorithms, keys, now });
  const live = createLiveCheck({ options, issuer, metadata: keys.metadata, send, now, report });
  const proofs = options.proofs ?? createProofMemory(now);
  const apiKeys = !options.apiKeys ? undefined : createIntrospection({
    metadata: keys.metadata,
    send,
    authorization: `Bearer ${options.introspectionKey}`,
    cacheSeconds: options.cacheSeconds ?? 2,
    now,
    report,
  });
  const path = /^https?:/.test(audience) ? new URL(audience).pathname.replace(/\/$/, "") : "";
  const metadataPath = `/.well-known/oauth-protected-resource${path}`;
  return { authenticate, metadata, metadataPath, close: live.close };

  async function authenticate(request: ProtectedRequest, { scopes = [] }: Requirement = {}): Promise<Access> {
    let scheme: Scheme | undefined;
    try {
      const credentials = credentialsOf(request.headers.get("authorization"));
      scheme = credentials.scheme;
      const access = credentials.token.startsWith("snt_")
        ? await accessOfKey(credentials)
        : await accessOfToken(credentials, request);
      const missing = scopes.filter((scope) => !access.scopes.includes(scope));
      if (missing.length > 0) throw new Refusal("insufficient_scope", `Missing: ${missing.join(" ")}`);
      return access;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new ProtectionError(error, context(scheme, scopes));
    }
  }

  async function accessOfToken(credentials: Credentials, request: ProtectedRequest): Promise<Access> {
    const access = await tokens.verify(credentials.token);
    await requireBinding(credentials, request, access);
    return await live.check(credentials.token, access);
  }

  /** A token that is bound to a key needs a proof by that key, and no other token takes one (RFC 9449 §7.1, §7.2). */
  async function requireBinding({ scheme, token }: Credentials, request: ProtectedRequest, access: Access) {
    const { cnf } = access.claims as { cnf?: { jkt?: unknown } };
    if (cnf === undefined) {
      if (scheme === "DPoP") throw new Refusal("invalid_token", "The token is not bound to a key.");
      if (dpop === "require") throw new Refusal("invalid_token", "The token is not bound to a key.", "DPoP");
      return;
    }
    const { jkt } = cnf;
    if (typeof jkt !== "string") throw new Refusal("invalid_token", "The token is bound by another method than DPoP.");
    if (scheme !== "DPoP") throw new Refusal("invalid_token", "A bound token was sent as Bearer.", "DPoP");
    const proof = request.headers.get("dpop");
    await requireProof({ proof, method: request.method, url: calledUrl(request.url), token, jkt }, proofs, now);
  }

  async function accessOfKey({ scheme, token }: Credentials): Promise<Access> {
    if (!apiKeys || scheme !== "Bearer" || dpop === "require" || !/^snt_(?:pat|svc)_[0-9A-Za-z]{71}$/.test(token)) {
      throw new Refusal("invalid_token", "Not an access token.");
    }
    const claims = await apiKeys.introspect(token);
    if (!claims.active || claims.token_type !== "api_key") throw new Refusal("invalid_token", "Not a valid API key.");
    const scopes = scopesOf(claims.scope ?? "");
    return { sub: claims.sub!, clientId: undefined, scopes, sid: undefined, claims };
  }

  /** What the caller asked for, at the origin that it used. */
  function calledUrl(url: string): URL {
    return new URL(origin + (url.startsWith("/") ? url.split("?", 1)[0] : new URL(url).pathname));
  }

  function context(scheme: Scheme | undefined, scopes: readonly string[]): ChallengeContext {
    const resourceMetadata = path === "" && !/^https?:/.test(audience) ? undefined : `${origin}${metadataPath}`;
    return { scheme, scopes, proofAlgorithms, requiresProof: dpop === "require", resourceMetadata };
  }

  /** RFC 9728 §2 */
  function metadata(): Response {
    const document = {
      resource: audience,
      authorization_servers: [issuer],
      ...(options.scopes && { scopes_supported: options.scopes }),
      ...(options.name !== undefined && { resource_name: options.name }),
      bearer_methods_supported: ["header"],
      dpop_signing_alg_values_supported: proofAlgorithms,
      dpop_bound_access_tokens_required: dpop === "require",
    };
    const headers = { "access-control-allow-origin": "*", "cache-control": "max-age=3600" };
    return Response.json(document, { headers });
  }
}

/** The token of the Authorization header; those in queries, forms and cookies are not read. */
function credentialsOf(authorization: string | null): Credentials {
  const [, name = "", token = ""] = /^(bearer|dpop)(?: +(.*))?$/i.exec(authorization ?? "") ?? [];
  if (name === "") throw new Refusal("token_missing", "No access token was sent.");
  const scheme = name.toLowerCase() === "dpop" ? "DPoP" : "Bearer";
  if (!/^[A-Za-z0-9\-._~+/]+=*$/.test(token)) throw new Refusal("invalid_token", "Not a token.", scheme); // RFC 6750 §2.1
  return { scheme, token };
}

/** Requests to Sentinel, which end soon and follow no redirects. */
function sendBy(fetch: NonNullable<ProtectionOptions["fetch"]>): Send {
  return async (url, init = {}) => {
    const signal = AbortSignal.timeout(sendTimeoutMs);
    const response = await fetch(url, { ...init, redirect: "error", signal });
    if (response.ok || response.status === 304) return response;
    await response.body?.cancel();
    throw new Error(`${url} answered ${response.status}`);
  };
}
