import { dpopAlgorithms } from "../../vocabulary/algorithms.ts";
import { type Permission, permissions } from "../../vocabulary/dictionary.ts";

/** Where the metadata of our own API is (RFC 9728 §3). */
export function resourceMetadataUrl(issuer: string): string {
  return `${issuer}/.well-known/oauth-protected-resource`;
}

/** Opens pages only, which take no tokens. */
const ofPages: Permission = "console:enter";

export type ResourceMetadata = ReturnType<typeof resourceMetadataOf>;

/** Sentinel's own API as a protected resource (RFC 9728 §2). `docs`: whether `/docs` is served. */
export function resourceMetadataOf(issuer: string, { name, docs }: { name: string; docs: boolean }) {
  return {
    resource: issuer,
    authorization_servers: [issuer],
    scopes_supported: Object.keys(permissions).filter((each) => each !== ofPages).sort(),
    bearer_methods_supported: ["header"],
    dpop_signing_alg_values_supported: [...dpopAlgorithms],
    resource_name: name,
    ...(docs && { resource_documentation: `${issuer}/docs` }),
  };
}
