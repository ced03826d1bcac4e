/** Algorithms of access tokens: for our own API, and for the APIs of others (RFC 8037 §3.1, RFC 7518 §3.4). */
export type AccessTokenAlgorithm = "EdDSA" | "ES256";

/** Algorithms of id_tokens (RFC 7518 §3.3, §3.4). */
export type IdTokenAlgorithm = "RS256" | "ES256";

/** An algorithm of signatures. Each has a ring of keys of its own. */
export type SigningAlgorithm = AccessTokenAlgorithm | IdTokenAlgorithm;

/** Algorithms of DPoP proofs. `Ed25519` is the new name of `EdDSA` with that curve (RFC 9864 §2.2). */
export const dpopAlgorithms = ["ES256", "EdDSA", "Ed25519", "PS256", "RS256"] as const;
export type DpopAlgorithm = (typeof dpopAlgorithms)[number];

/** Algorithms of the assertions that clients authenticate by. */
export const assertionAlgorithms = dpopAlgorithms;
export type AssertionAlgorithm = DpopAlgorithm;

/** Members of private and symmetric keys (RFC 7518 §6.2.2, §6.3.2, §6.4): no public key has one. */
export const secretKeyMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] as const;
