/** Algorithms of access tokens: for our own API, and for the APIs of others (RFC 8037 §3.1, RFC 7518 §3.4). */
export type AccessTokenAlgorithm = "EdDSA" | "ES256";

/** Algorithms of id_tokens (RFC 7518 §3.3, §3.4). */
export type IdTokenAlgorithm = "RS256" | "ES256";

/** An algorithm of signatures. Each has a ring of keys of its own. */
export type SigningAlgorithm = AccessTokenAlgorithm | IdTokenAlgorithm;
