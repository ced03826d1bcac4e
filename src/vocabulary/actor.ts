import type { AccessTokenAlgorithm, AssertionAlgorithm, IdTokenAlgorithm } from "./algorithms.ts";
import type { Aal, SignIn } from "./assurance.ts";

/** The address and the device of a request. */
export type Client = { ip: string | null; user_agent: string | null; request_id: string | null };

/** The client of a command of the binary. */
export const localClient: Client = { ip: null, user_agent: null, request_id: null };

/** What a user is: a person, who may log in, or the account of a service, which may not. */
export type UserKind = "person" | "service";

/** What users prove besides their passwords. Recovery codes stand in for another factor, and are none by themselves. */
export type FactorKind = "totp" | "passkey" | "recovery_code";

/** A user in the cache. The ends of grants are in milliseconds since the epoch. */
export type PrincipalUser = {
  id: string;
  kind: UserKind;
  username: string | null;
  email: string | null;
  email_verified: boolean;
  created_at: string;
  disabled: boolean;
  /** Whether the user must prove a second factor; recovery codes are none by themselves. */
  has_factor: boolean;
  grants: { role: string; expires_at: number | null }[];
};

/** Who holds a session: an application of the user's own with tokens, a browser with a cookie, or an OAuth client. */
export type SessionKind = "api" | "browser" | "client";

/**
 * A session in the cache. `expires_at`, and `auth_time` of the last sign-in, are in milliseconds since the epoch.
 * `client_id`: of the OAuth client that holds it.
 */
export type PrincipalSession = {
  id: string;
  user_id: string;
  kind: SessionKind;
  client_id: string | null;
  revoked: boolean;
  expires_at: number;
  auth_time: number;
  aal: Aal;
};

/** An API key as memory holds it, with its secrets; ends in milliseconds since the epoch, null being never. */
export type PrincipalKey = {
  id: string;
  user_id: string;
  scopes: ReadonlySet<string>;
  revoked: boolean;
  expires_at: number | null;
  created_at: number;
  secrets: PrincipalSecret[];
};

/**
 * A secret in memory; its end in milliseconds since the epoch, null being that of its owner. The hash is in hex, which
 * takes a third of the memory of an array of its bytes.
 */
export type PrincipalSecret = { id: string; kind: string; hash: string; expires_at: number | null };

/** An API that tokens are issued for (RFC 8707), as memory holds it. */
export type PrincipalResource = {
  uri: string;
  scopes: ReadonlySet<string>;
  alg: AccessTokenAlgorithm;
  ttl_seconds: number;
};

/** A public key of a client (RFC 7517 §4), for signatures. */
export type ClientKey =
  & { kid: string; alg?: string; use?: "sig" }
  & (
    | { kty: "EC"; crv: "P-256"; x: string; y: string }
    | { kty: "OKP"; crv: "Ed25519"; x: string }
    | { kty: "RSA"; crv?: never; n: string; e: string }
  );

/** The public keys of a client (RFC 7517 §5). */
export type ClientKeySet = { keys: ClientKey[] };

/** How a client authenticates (RFC 7591 §2, OpenID Connect Core 1.0 §9). */
export type ClientAuthMethod = "client_secret_basic" | "private_key_jwt" | "none";

/** How a client got here: an administrator created it, it registered itself, or it describes itself in a document. */
export type ClientSource = "admin" | "dynamic" | "document";

/**
 * An OAuth client, acting alone as `service_user_id`. Tokens from before `tokens_not_before` (ms) are refused. `url` is
 * the `client_id` of one that describes itself.
 */
export type PrincipalClient = {
  id: string;
  source: ClientSource;
  url: string | null;
  name: string;
  disabled: boolean;
  token_endpoint_auth_method: ClientAuthMethod;
  /** Its public keys, or where they are; one of both for `private_key_jwt`. */
  jwks: ClientKeySet | null;
  jwks_uri: string | null;
  token_endpoint_auth_signing_alg: AssertionAlgorithm | null;
  /** Whether its assertions may name the token endpoint in place of the issuer. */
  token_endpoint_audience: boolean;
  application_type: "web" | "native";
  redirect_uris: string[];
  post_logout_redirect_uris: string[];
  id_token_signed_response_alg: IdTokenAlgorithm;
  /** Whether users are not asked for consent. */
  first_party: boolean;
  require_pkce: boolean;
  require_pushed_authorization_requests: boolean;
  native_localhost: boolean;
  refresh_id_token: boolean;
  /** Whether it gets tokens only with a proof of a key (RFC 9449 §5.2). */
  dpop_bound_access_tokens: boolean;
  /** Where it is told of the end of sessions, and whether it says that it needs their ids. */
  backchannel_logout_uri: string | null;
  backchannel_logout_session_required: boolean;
  grant_types: ReadonlySet<string>;
  scopes: ReadonlySet<string>;
  own_api: boolean;
  resources: ReadonlyMap<string, PrincipalResource>;
  service_user_id: string | null;
  tokens_not_before: number;
  secrets: PrincipalSecret[];
};

/** The permissions to which a credential is limited; undefined means everything that its user holds. */
export type Scopes = ReadonlySet<string> | undefined;

/**
 * The user of a valid credential, as they are now, and the session or client of an access token, or the API key.
 * Where an operation asks how fresh the sign-in is: `signIn` is what both the token and the session say of it, and
 * `requireFresh` refuses the caller where the operation asks for it only in some cases.
 */
export type Principal = {
  user: PrincipalUser;
  session?: PrincipalSession | undefined;
  key?: PrincipalKey | undefined;
  client?: PrincipalClient | undefined;
  scopes?: Scopes;
  signIn?: SignIn | undefined;
  requireFresh?: (() => void) | undefined;
};

/** The user and the session of a valid access token without scopes. */
export type FirstParty = Principal & { session: PrincipalSession };

/** The user and the session of a browser's cookie, and the last sign-in of it. */
export type BrowserCaller = FirstParty & SignIn & {
  /** Whether the user may open the console, to which pages of their account link then. */
  entersConsole?: boolean;
};

/**
 * Who does something, from where, and by what. Commands name no user, nor do requests with a token alone.
 * `requireFresh` is that of the {@link Principal}.
 */
export type Actor = {
  actor_id: string | null;
  session_id?: string | undefined;
  key_id?: string | undefined;
  oauth_client_id?: string | undefined;
  scopes?: Scopes;
  requireFresh?: (() => void) | undefined;
  client: Client;
  /** The pages that it is done on, unless it is done by the API or a command. */
  via?: "console" | undefined;
};

/** A command of the binary, or the server itself. */
export const localActor: Actor = { actor_id: null, client: localClient };
