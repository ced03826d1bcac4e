/**
 * Protects an API with the access tokens of Sentinel, in Hono, Express, Node and Deno.
 *
 * @example
 * ```ts
 * const protection = createProtection({ issuer: "https://auth.example.com", audience: "https://api.example.com" });
 * Deno.serve(protectDeno(protection, { scopes: ["documents:read"] }, (_, { sub }) => new Response(`Hello ${sub}\n`)));
 * ```
 *
 * @module
 */
export { type Access, type TokenAlgorithm } from "./protection/access_token.ts";
export {
  accessOf,
  type HonoContext,
  type NodeRequest,
  type NodeResponse,
  protectDeno,
  protectExpress,
  protectHono,
} from "./protection/adapters.ts";
export { type ProtectionOptions } from "./protection/options.ts";
export { type ProofMemory, type UsedProof } from "./protection/proof_memory.ts";
export { createProtection, type ProtectedRequest, type Protection, type Requirement } from "./protection/protection.ts";
export { type ChallengeContext, ProtectionError, type RefusalCode, type Scheme } from "./protection/refusal.ts";
