import type { Consents } from "./consents.ts";
import type { PrincipalClient } from "../../vocabulary/actor.ts";

/** What an application asks for. */
export type AskedAccess = {
  client: PrincipalClient;
  redirectUri: string;
  scopes: string[];
  resources: string[];
  prompts: ReadonlySet<string>;
  unstored: { isOther: boolean } | undefined;
};

/** What a request comes to for one user, and whether they have to be asked first. */
export type GrantedAccess = { scopes: string[]; resources: string[]; offline: boolean; mustAsk: boolean };

/**
 * Applications of the operator are not asked about, others for each scope and API once. `offline_access` counts only if
 * the user is asked by `prompt=consent`, or was asked before (OpenID Connect Core 1.0 §11).
 */
export async function accessOf(
  consents: Consents,
  request: AskedAccess,
  userId: string,
): Promise<GrantedAccess> {
  const { client, prompts, resources } = request;
  const asksOffline = request.scopes.includes("offline_access");
  const known = client.first_party && !asksOffline ? undefined : await consents.find({ userId, clientId: client.id });
  const allowed = new Set(known?.scopes);
  const offline = asksOffline && (prompts.has("consent") || allowed.has("offline_access"));
  const scopes = request.scopes.filter((scope) => offline || scope !== "offline_access");
  const isAllowed = scopes.every((scope) => allowed.has(scope)) &&
    resources.every((uri) => known?.resources.includes(uri));
  const mustAsk = prompts.has("consent") ||
    !client.first_party && (!isAllowed || isAnyProgram(request) || request.unstored?.isOther === true);
  return { scopes, resources, offline, mustAsk };
}

/**
 * Whether any program on the user's device can be this client: it has no secret, or got one without anybody's help, and
 * its redirection URI does not prove who receives the code (RFC 8252 §8.6). It is asked about each time.
 */
function isAnyProgram({ client, redirectUri }: AskedAccess): boolean {
  const isProven = client.source === "admin" && client.token_endpoint_auth_method !== "none";
  return !isProven && !redirectUri.startsWith("https:");
}
