import { responseModes } from "../authorize/checks/response_mode.ts";
import { dpopAlgorithms } from "../../vocabulary/algorithms.ts";
import { acrOf } from "../../vocabulary/assurance.ts";
import { clientGrantTypes } from "../grant_types.ts";
import { assertionAlgorithms } from "../../vocabulary/algorithms.ts";
import { identityScopes } from "../scopes.ts";

/** How clients authenticate, the default of RFC 8414 §2 first. */
const clientMethods = ["client_secret_basic", "client_secret_post", "private_key_jwt"];

/** What id_tokens and userinfo may say. */
const claims = [
  ...["sub", "iss", "aud", "exp", "iat", "auth_time", "acr", "amr", "nonce", "at_hash", "sid"],
  ...["preferred_username", "email", "email_verified", "roles"],
];

export type Metadata = ReturnType<typeof metadataOf>;

/**
 * The fields of OpenID Connect Discovery 1.0 §3 and RFC 8414 §2 that are true here, and differ from their defaults.
 * `docs`: whether `/docs` is served. `registers`, `readsDocuments`: whether clients may
 * register themselves, and describe themselves in documents.
 */
export function metadataOf(
  issuer: string,
  { docs, registers, readsDocuments }: { docs: boolean; registers: boolean; readsDocuments: boolean },
) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    pushed_authorization_request_endpoint: `${issuer}/oauth/par`,
    device_authorization_endpoint: `${issuer}/oauth/device_authorization`,
    userinfo_endpoint: `${issuer}/oauth/userinfo`,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    end_session_endpoint: `${issuer}/oauth/end_session`,
    revocation_endpoint: `${issuer}/oauth/revoke`,
    introspection_endpoint: `${issuer}/oauth/introspect`,
    ...(registers && { registration_endpoint: `${issuer}/oauth/register` }),
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    ...(docs && { service_documentation: `${issuer}/docs` }),
    scopes_supported: [...identityScopes],
    response_types_supported: ["code"],
    response_modes_supported: [...responseModes],
    grant_types_supported: [...clientGrantTypes, "password"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256", "ES256"],
    claims_supported: claims,
    ui_locales_supported: ["en", "de"],
    acr_values_supported: [acrOf(1), acrOf(2)],
    prompt_values_supported: ["none", "login", "consent", "select_account", "create"],
    code_challenge_methods_supported: ["S256"],
    token_endpoint_auth_methods_supported: [...clientMethods, "none"],
    token_endpoint_auth_signing_alg_values_supported: [...assertionAlgorithms],
    revocation_endpoint_auth_methods_supported: [...clientMethods, "none"],
    revocation_endpoint_auth_signing_alg_values_supported: [...assertionAlgorithms],
    introspection_endpoint_auth_methods_supported: [...clientMethods, "Bearer"],
    dpop_signing_alg_values_supported: [...dpopAlgorithms],
    introspection_endpoint_auth_signing_alg_values_supported: [...assertionAlgorithms],
    authorization_response_iss_parameter_supported: true,
    ...(readsDocuments && { client_id_metadata_document_supported: true as const }),
    request_uri_parameter_supported: false, // true is the default
  };
}
