import { outboundErrorClasses } from "../platform/outbound.ts";
import { defineDictionary } from "../vocabulary/dictionary.ts";
import * as s from "../vocabulary/settings/setting_schemas.ts";

const oauthDictionary = defineDictionary({
  problems: {
    unsupported_grant_type: {
      status: 400,
      oauth: "unsupported_grant_type",
      title: "Unsupported grant type",
      about: "The token endpoint supports the grant types `authorization_code`, `client_credentials`, `password`, " +
        "`refresh_token` and `urn:ietf:params:oauth:grant-type:device_code` (RFC 6749 §5.2).",
    },
    invalid_scope: {
      status: 400,
      oauth: "invalid_scope",
      title: "Invalid scope",
      about: "The request asks for more than the scope of the session (RFC 6749 §6) or of the client.",
    },
    invalid_client: {
      status: 401,
      oauth: "invalid_client",
      title: "Client not authenticated",
      about: "Unknown client, wrong secret, or the client is disabled (RFC 6749 §5.2). " +
        "`GET /clients/{id}/refusals` lists the reason.",
    },
    unauthorized_client: {
      status: 400,
      oauth: "unauthorized_client",
      title: "Client not allowed",
      about: "The client may not use this grant type (RFC 6749 §5.2).",
    },
    invalid_target: {
      status: 400,
      oauth: "invalid_target",
      title: "Invalid target",
      about: "`resource` must name one API that the client may get tokens for (RFC 8707 §2).",
    },
    request_not_supported: {
      status: 400,
      oauth: "request_not_supported",
      title: "Request object not supported",
      about: "Send the parameters themselves, not as a JWT in `request` (OpenID Connect Core 1.0 §3.1.2.6).",
    },
    registration_not_supported: {
      status: 400,
      oauth: "registration_not_supported",
      title: "Registration in a request not supported",
      about: "The client must be registered; `registration` is not read (OpenID Connect Core 1.0 §3.1.2.6).",
    },
    unsupported_response_type: {
      status: 400,
      oauth: "unsupported_response_type",
      title: "Unsupported response type",
      about: "`response_type` must be `code` (RFC 6749 §4.1.2.1).",
    },
    authorization_pending: {
      status: 400,
      oauth: "authorization_pending",
      title: "The user has not decided yet",
      about: "Ask again after `interval` seconds (RFC 8628 §3.5).",
    },
    slow_down: {
      status: 400,
      oauth: "slow_down",
      title: "Asked too soon",
      about: "Wait 5 s more than before, now and from now on (RFC 8628 §3.5).",
    },
    access_denied: {
      status: 400,
      oauth: "access_denied",
      title: "Access denied",
      about:
        "The user denied it, or was disabled or changed their credentials after they had approved (RFC 8628 §3.5).",
    },
    expired_token: {
      status: 400,
      oauth: "expired_token",
      title: "Device code expired",
      about: "The user did not decide within 10 minutes. Start again (RFC 8628 §3.5).",
    },
    device_code_wrong: {
      status: 404,
      title: "No device waits for this code",
      about: "The code is wrong, was used, or is older than 10 minutes. Start again on the device.",
    },
    client_without_secret: {
      status: 409,
      title: "Client without a secret",
      about: "A client with the `token_endpoint_auth_method` `none` or `private_key_jwt` has no secret.",
    },
    authorization_refused: {
      status: 400,
      title: "Sign-in stopped",
      about:
        "The user cannot be sent back to the application: its `client_id` or `redirect_uri` is wrong, or it may not " +
        "sign users in (RFC 6749 §4.1.2.1). `GET /clients/{id}/refusals` lists the reason.",
    },
    authorization_stale: {
      status: 403,
      title: "Sign-in over",
      about:
        "The sign-in was finished, is older than 10 minutes, or was begun in another browser. Start again in the " +
        "application.",
    },
    api_resource_taken: {
      status: 409,
      title: "API taken",
      about: "An API with this URI is registered.",
    },
    api_resource_in_use: {
      status: 409,
      title: "API in use",
      about: "A client may get tokens for this API. Remove the API from `resources` of every client first.",
    },
  },
  fieldErrors: {
    unknown_resource: "an API that is not registered",
  },
  permissions: {
    "tokens:introspect": "Ask whether a token is valid, and what it stands for (RFC 7662)",
    "clients:read": "See OAuth clients and why their requests were refused",
    "clients:write": "Create OAuth clients, and change or delete those that hold no more than you do",
    "api_resources:read": "See the APIs that tokens are issued for",
    "api_resources:write": "Register the APIs that tokens are issued for, change and delete them",
  },
  auditActions: {
    "client.created": "An OAuth client was created. The details name what it may do.",
    "client.changed": "An OAuth client's name, or what it may do, was changed.",
    "client.disabled": "An OAuth client was disabled, with its service account.",
    "client.enabled": "A disabled OAuth client was enabled.",
    "client.deleted": "An OAuth client was deleted, with its secrets and its service account.",
    "client.rotated": "A second secret of an OAuth client was issued; the first one expires.",
    "client.tokens_revoked":
      "All tokens that an OAuth client had got were revoked, by the client or by an administrator.",
    "consent.granted": "A user allowed an OAuth client to learn about them or to act for them. The details say what.",
    "consent.withdrawn": "A user withdrew what they had allowed an OAuth client; its sessions of this user ended.",
    "api_resource.created": "An API that tokens are issued for was registered.",
    "api_resource.changed": "The scopes or tokens of a registered API were changed.",
    "api_resource.deleted": "A registered API was deleted.",
  },
  metrics: {
    sentinel_authorizations_total: {
      kind: "counter",
      help: "Steps of applications signing users in, by outcome: the user was led to the sign-in, was asked for " +
        "consent, or got a code; page_refused went to no application, stale_flow did not go on, and the others went to " +
        "the application as errors.",
      labels: {
        outcome: [
          "code",
          "sign_in",
          "consent",
          "page_refused",
          "stale_flow",
          "access_denied",
          "consent_required",
          "invalid_request",
          "invalid_scope",
          "invalid_target",
          "login_required",
          "registration_not_supported",
          "request_not_supported",
          "request_uri_not_supported",
          "unsupported_response_type",
        ],
      },
    },
    sentinel_pushed_requests_total: {
      kind: "counter",
      help: "Authorization requests that clients pushed (RFC 9126), by outcome.",
      labels: { outcome: ["accepted", "refused"] },
    },
    sentinel_device_grants_total: {
      kind: "counter",
      help:
        "Steps of sign-ins on devices (RFC 8628), by outcome: what clients asked for, what users decided, and what " +
        "polls were answered.",
      labels: {
        outcome: [
          "started",
          "refused",
          "wrong_code",
          "approved",
          "denied",
          "authorization_pending",
          "slow_down",
          "issued",
          "access_denied",
          "expired_token",
          "invalid_grant",
        ],
      },
    },
    sentinel_client_authentications_total: {
      kind: "counter",
      help:
        "Authentications of OAuth clients, by outcome; malformed means that what was sent is no secret of the client. " +
        "An assertion is replayed if its jti was used before, and keys are unavailable if the jwks_uri is.",
      labels: {
        outcome: [
          "accepted",
          "malformed",
          "unknown",
          "wrong_secret",
          "wrong_assertion",
          "replayed",
          "keys_unavailable",
          "expired",
          "disabled",
          "rate_limited",
        ],
      },
    },
    sentinel_client_keys_fetches_total: {
      kind: "counter",
      help: "Requests to the jwks_uri of OAuth clients, by outcome; invalid is an answer that is no JWK Set.",
      labels: {
        outcome: [
          "ok",
          "invalid",
          ...outboundErrorClasses,
        ],
      },
    },
    sentinel_consents_total: {
      kind: "counter",
      help: "What users allowed applications, and withdrew.",
      labels: { outcome: ["granted", "withdrawn"] },
    },
    sentinel_code_exchanges_total: {
      kind: "counter",
      help: "Requests of authenticated clients for the tokens of an authorization code, by outcome.",
      labels: { outcome: ["issued", "reused", "invalid_grant", "unauthorized_client", "invalid_target"] },
    },
    sentinel_code_exchange_duration_seconds: {
      kind: "histogram",
      help: "From the authentication of the client to the answer to its authorization code; failed means with a 5xx.",
      labels: { result: ["answered", "failed"] },
    },
    sentinel_client_credentials_total: {
      kind: "counter",
      help: "Requests of authenticated clients for a token of their own, by outcome.",
      labels: { outcome: ["issued", "unauthorized_client", "invalid_scope", "invalid_target"] },
    },
  },
  settings: {
    SENTINEL_RATE_LIMIT_DEVICE_ADDRESS: {
      about: "Wrong codes of devices from one address (IPv6: one /64) on each replica, count/seconds",
      schema: s.rate,
      default: "10/900",
    },
    SENTINEL_CLIENT_REGISTRATION: {
      about:
        "Who may register OAuth clients at /oauth/register: nobody (off), who holds clients:register (token), or " +
        "anybody (open)",
      schema: s.oneOf("off", "token", "open"),
      default: "off",
    },
    SENTINEL_CLIENT_METADATA_DOCUMENTS: {
      about:
        "Whose documents may describe OAuth clients, so that their URL is a client_id: nobody's (off), anybody's " +
        "(open), or those of hosts, separated by commas; *.example.com stands for every name below",
      schema: s.documentHosts,
      default: "off",
    },
    SENTINEL_CLIENT_REGISTRATION_MAX: {
      about:
        "Clients that registered themselves, at most, and as many that describe themselves; one that nobody used " +
        "makes room for the next",
      schema: s.integer(1, 1_000_000),
      default: "1000",
    },
    SENTINEL_RATE_LIMIT_CLIENT_REGISTRATION: {
      about:
        "Registrations of OAuth clients, and as many fetches of their documents, from one address (IPv6: one /64) " +
        "on each replica, count/seconds",
      schema: s.rate,
      default: "20/3600",
    },
    SENTINEL_RATE_LIMIT_CLIENT_ADDRESS: {
      about: "Failed authentications of OAuth clients from one address (IPv6: one /64) on each replica, count/seconds",
      schema: s.rate,
      default: "50/900",
    },
  },
});

declare module "../vocabulary/dictionary.ts" {
  interface Dictionaries {
    oauth: typeof oauthDictionary;
  }
}
