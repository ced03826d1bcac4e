/** An algorithm of signatures (RFC 8037 §3.1, RFC 7518 §3.4). Each has a ring of keys of its own. */
export type SigningAlgorithm = "EdDSA" | "ES256";
