import { z } from "zod";
import { dpopAlgorithms } from "./algorithms.ts";
import { defineDictionary } from "./dictionary.ts";

/** The errors of every operation. */
const commonDictionary = defineDictionary({
  problems: {
    malformed_request: {
      status: 400,
      oauth: "invalid_request",
      title: "Malformed request",
      about: "The request could not be parsed: broken JSON, bytes that are not UTF-8, or a bad percent-encoding.",
    },
    repeated_parameter: {
      status: 400,
      oauth: "invalid_request",
      title: "Repeated parameter",
      about:
        "A query or form parameter, or a member of a JSON object, was sent more than once (RFC 6749 §3.2, RFC 8259 §4): " +
        "the server does not guess which one is meant.",
    },
    token_missing: {
      status: 401,
      title: "Authentication required",
      about: "The operation needs an access token or an API key: send `Authorization: Bearer <token>` (RFC 6750 §2.1).",
      headers: { "www-authenticate": "Bearer" },
    },
    invalid_token: {
      status: 401,
      title: "Invalid token",
      about:
        "The access token or API key is malformed, expired or revoked, or another server issued it (RFC 6750 §3.1). Refresh it, or log in again.",
      headers: { "www-authenticate": 'Bearer error="invalid_token"' },
    },
    invalid_dpop_proof: {
      status: 401,
      oauth: "invalid_dpop_proof",
      title: "Invalid DPoP proof",
      about:
        "The header `DPoP` must have exactly one proof, made for this request with the key of the token, and never sent " +
        "before (RFC 9449 §4.3). The detail says what is wrong with it.",
      headers: { "www-authenticate": `DPoP error="invalid_dpop_proof", algs="${dpopAlgorithms.join(" ")}"` },
    },
    insufficient_user_authentication: {
      status: 401,
      title: "Fresh sign-in required",
      about:
        "The sign-in is too long ago, or was without the second factor (RFC 9470). `max_age` says how many seconds ago it " +
        "may be, and `acr_values` that a second factor is required. Send a proof to `POST /users/me/step-up`, and try " +
        "again with the new access token.",
      headers: { "www-authenticate": 'Bearer error="insufficient_user_authentication"' },
      members: { acr_values: z.string().optional(), max_age: z.int().optional() },
    },
    forbidden: {
      status: 403,
      title: "Forbidden",
      about: "You do not hold the permission that this operation needs, or your credential does not carry it.",
    },
    not_found: { status: 404, title: "Not found", about: "The resource does not exist, or you may not see it." },
    method_not_allowed: {
      status: 405,
      title: "Method not allowed",
      about:
        "The resource does not support this method. The `Allow` header lists the methods that it supports (RFC 9110 §15.5.6).",
    },
    request_timeout: { status: 408, title: "Request timeout", about: "The request body did not arrive in time." },
    precondition_failed: {
      status: 412,
      title: "Precondition failed",
      about:
        "The resource has changed since you read it: the tag in `If-Match` is no longer its `ETag`. Read it again.",
    },
    body_too_large: { status: 413, title: "Body too large", about: "A request body may have at most 64 kB." },
    uri_too_long: { status: 414, title: "URI too long", about: "Path and query together may have at most 8 kB." },
    unsupported_media_type: {
      status: 415,
      title: "Unsupported media type",
      about: "The body's Content-Type is not one that this operation reads, or the body is compressed.",
    },
    invalid_request: {
      status: 422,
      oauth: "invalid_request",
      title: "Invalid request",
      about: "The request breaks a rule. `errors` names each member that is wrong, by a JSON pointer (RFC 6901).",
    },
    rate_limited: {
      status: 429,
      title: "Too many attempts",
      about: "Too many attempts from this address or for this account. Try again after `Retry-After` seconds.",
    },
    too_many_at_once: {
      status: 429,
      title: "Too many requests at once",
      about:
        "Too many requests of this account, or without one from this address, are waiting for the database. Nothing " +
        "was changed; try again after `Retry-After` seconds.",
      headers: { "retry-after": "1" },
    },
    internal: {
      status: 500,
      title: "Internal error",
      about: "A bug in Sentinel. The log has the cause under the request id.",
    },
    overloaded: {
      status: 503,
      title: "Overloaded",
      about:
        "Too many passwords are being checked at once. Nothing was changed; try again after `Retry-After` seconds.",
      headers: { "retry-after": "1" },
    },
    unavailable: {
      status: 503,
      title: "Unavailable",
      about: "The database did not answer in time. Try again after `Retry-After` seconds.",
      headers: { "retry-after": "1" },
    },
  },
  fieldErrors: {
    invalid_type: "missing, or of the wrong type",
    invalid_format: "text in the wrong format",
    invalid_value: "not one of the allowed values",
    too_small: "less or shorter than allowed",
    too_big: "more or longer than allowed",
    not_multiple_of: "a number that is not a multiple of the step",
    unrecognized_keys: "an unknown member",
    invalid_key: "a member whose name is not allowed",
    invalid_element: "an element that is not allowed",
    invalid_union: "not one of the allowed shapes",
    custom: "breaks the rule in `detail`",
    invalid_text: "text that is not well-formed Unicode, or contains a NUL",
    repeated: "the same value twice",
    past: "a time in the past",
    too_late: "a time later than is allowed",
  },
});

declare module "./dictionary.ts" {
  interface Dictionaries {
    common: typeof commonDictionary;
  }
}
