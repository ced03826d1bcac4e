/** Why a request was refused. */
export const refusalCauses = [
  "redirect_uri_not_registered",
  "redirect_uri_missing",
  "redirect_uri_differs",
  "post_logout_redirect_uri_not_registered",
  "scope_not_allowed",
  "scope_not_held",
  "scope_not_granted",
  "scope_without_resource",
  "resource_not_allowed",
  "resource_not_named",
  "grant_type_not_allowed",
  "secret_wrong",
  "secret_malformed",
  "secret_of_another_client",
  "secret_expired",
  "secret_missing",
  "secret_of_public_client",
  "assertion_wrong",
  "assertion_expired",
  "assertion_replayed",
  "assertion_missing",
  "key_unknown",
  "keys_unavailable",
  "client_disabled",
  "code_used",
  "code_expired",
  "code_unknown",
  "code_of_another_client",
  "request_not_pushed",
  "request_uri_unknown",
  "challenge_missing",
  "challenge_wrong",
  "verifier_missing",
  "verifier_unexpected",
  "verifier_wrong",
  "proof_missing",
  "proof_invalid",
  "proof_of_another_key",
  "user_denied",
  "user_gone",
  "not_signed_in",
  "not_asked",
  "another_user",
  "other",
] as const;

export type RefusalCause = (typeof refusalCauses)[number];

/** The client as far as explanations look at it. */
export type ExplainedClient = {
  disabled_at: Date | string | null;
  redirect_uris: string[];
  post_logout_redirect_uris: string[];
  scopes: string[];
  resources: string[];
  grant_types: string[];
  require_pkce: boolean;
  require_pushed_authorization_requests: boolean;
  dpop_bound_access_tokens: boolean;
  token_endpoint_auth_method: string;
};

/** How one of the reasons that are noted of refusals is recognized. */
export type Rule = {
  /** Of the noted reason; its group is the value. */
  pattern: RegExp;
  cause: RefusalCause;
  /** The cause where the client is public: it was not looked up when it sent what cannot be a secret of its own. */
  publicCause?: RefusalCause;
  error?: string;
  /** The registered values that the value is compared with. */
  among?: (client: ExplainedClient) => string[];
  isMended?: (client: ExplainedClient, value: string) => boolean;
};

const isAmong = (list: (client: ExplainedClient) => string[]): Pick<Rule, "among" | "isMended"> => ({
  among: list,
  isMended: (client, value) => list(client).includes(value),
});

export const isPublic = ({ token_endpoint_auth_method }: ExplainedClient) => token_endpoint_auth_method === "none";

const usesKeys = ({ token_endpoint_auth_method: method }: ExplainedClient) => method === "private_key_jwt";

/** The first rule whose pattern is found counts. */
export const rules: readonly Rule[] = [
  {
    pattern: /^redirect_uri not registered: (.*)$/,
    cause: "redirect_uri_not_registered",
    error: "page",
    ...isAmong(({ redirect_uris }) => redirect_uris),
  },
  { pattern: /^redirect_uri is missing$/, cause: "redirect_uri_missing", error: "page" },
  { pattern: /^redirect_uri is not that of/, cause: "redirect_uri_differs", error: "invalid_grant" },
  {
    pattern: /^post_logout_redirect_uri not registered: (.*)$/,
    cause: "post_logout_redirect_uri_not_registered",
    error: "page",
    ...isAmong(({ post_logout_redirect_uris }) => post_logout_redirect_uris),
  },
  {
    pattern: /^scope not allowed: (.*)$/,
    cause: "scope_not_allowed",
    error: "invalid_scope",
    ...isAmong(({ scopes }) => scopes),
  },
  { pattern: /^the service account does not hold: (.*)$/, cause: "scope_not_held", error: "invalid_scope" },
  { pattern: /^scope not granted: (.*)$/, cause: "scope_not_granted", error: "invalid_scope" },
  {
    pattern: /^send the resource that this scope is for: (.*)$/,
    cause: "scope_without_resource",
    error: "invalid_scope",
  },
  {
    pattern: /^resource not allowed: (.*)$/,
    cause: "resource_not_allowed",
    error: "invalid_target",
    ...isAmong(({ resources }) => resources),
  },
  {
    pattern: /is not an API that the client may get tokens for$/,
    cause: "resource_not_allowed",
    error: "invalid_target",
  },
  { pattern: /^the client may get tokens for no API$/, cause: "resource_not_allowed", error: "invalid_target" },
  { pattern: /^resource must name one of these: (.*)$/, cause: "resource_not_named", error: "invalid_target" },
  {
    pattern: /^grant type not allowed: (.*)$/,
    cause: "grant_type_not_allowed",
    error: "unauthorized_client",
    isMended: ({ grant_types }, value) => grant_types.includes(value),
  },
  { pattern: /^wrong secret(?:: (.*))?$/, cause: "secret_wrong", error: "invalid_client" },
  {
    pattern: /^not a client's secret$/,
    cause: "secret_malformed",
    publicCause: "secret_of_public_client",
    error: "invalid_client",
  },
  {
    pattern: /^the secret of another client$/,
    cause: "secret_of_another_client",
    publicCause: "secret_of_public_client",
    error: "invalid_client",
  },
  { pattern: /^the secret has expired(?:: (.*))?$/, cause: "secret_expired", error: "invalid_client" },
  { pattern: /^no secret was sent$/, cause: "secret_missing", error: "invalid_client", isMended: isPublic },
  {
    pattern: /^a public client sent a secret$/,
    cause: "secret_of_public_client",
    error: "invalid_client",
    isMended: (client) => !isPublic(client),
  },
  { pattern: /^the assertion has expired$/, cause: "assertion_expired", error: "invalid_client" },
  {
    pattern: /^the assertion (?:was used before|is older than the last failure)/,
    cause: "assertion_replayed",
    error: "invalid_client",
  },
  {
    pattern: /^no assertion was sent/,
    cause: "assertion_missing",
    error: "invalid_client",
    isMended: (client) => !usesKeys(client),
  },
  { pattern: /^no key of the client is for [^ ]+ with the kid: (.*)$/, cause: "key_unknown", error: "invalid_client" },
  { pattern: /^the jwks_uri is of no use: (.*)$/, cause: "keys_unavailable", error: "invalid_client" },
  {
    pattern: /^the client does not authenticate by private_key_jwt$/,
    cause: "assertion_wrong",
    error: "invalid_client",
    isMended: usesKeys,
  },
  {
    pattern:
      /^(the (?:aud|signature) of the assertion .*|the assertion .*|i(?:ss|at) and .*|client_id is not that of .*)$/,
    cause: "assertion_wrong",
    error: "invalid_client",
  },
  {
    pattern: /^the client is disabled$/,
    cause: "client_disabled",
    error: "invalid_client",
    isMended: ({ disabled_at }) => disabled_at === null,
  },
  { pattern: /^the code was used before$/, cause: "code_used", error: "invalid_grant" },
  { pattern: /^the code has expired$/, cause: "code_expired", error: "invalid_grant" },
  { pattern: /^unknown code$/, cause: "code_unknown", error: "invalid_grant" },
  { pattern: /^the code was issued to another client$/, cause: "code_of_another_client", error: "invalid_grant" },
  {
    pattern: /^the client must push its request/,
    cause: "request_not_pushed",
    isMended: ({ require_pushed_authorization_requests }) => !require_pushed_authorization_requests,
  },
  { pattern: /^the request_uri is unknown/, cause: "request_uri_unknown", error: "page" },
  {
    pattern: /^code_challenge is missing$/,
    cause: "challenge_missing",
    isMended: ({ require_pkce }) => !require_pkce,
  },
  { pattern: /^send a code_challenge, or a nonce/, cause: "challenge_missing" },
  { pattern: /^code_challenge(?:_method)? must be/, cause: "challenge_wrong" },
  { pattern: /^code_verifier is missing$/, cause: "verifier_missing", error: "invalid_grant" },
  { pattern: /^code_verifier, but/, cause: "verifier_unexpected", error: "invalid_grant" },
  { pattern: /^code_verifier does not match$/, cause: "verifier_wrong", error: "invalid_grant" },
  {
    pattern: /^a DPoP proof is missing$/,
    cause: "proof_missing",
    error: "invalid_dpop_proof",
    isMended: ({ dpop_bound_access_tokens }) => !dpop_bound_access_tokens,
  },
  { pattern: /^invalid DPoP proof: (.*)$/, cause: "proof_invalid", error: "invalid_dpop_proof" },
  { pattern: /^the proven key is not that of/, cause: "proof_of_another_key", error: "invalid_grant" },
  { pattern: /^the user did not allow it$/, cause: "user_denied" },
  { pattern: /^the user has signed out/, cause: "user_gone", error: "invalid_grant" },
  { pattern: /^the user has to sign in$/, cause: "not_signed_in" },
  { pattern: /^the user has to be asked for consent$/, cause: "not_asked" },
  { pattern: /^another user is signed in$/, cause: "another_user" },
];
