import type { PrincipalClient } from "../../../vocabulary/actor.ts";
import { isIdentityScope } from "../../scopes.ts";
import type { SentParameters } from "../parameters/sent_parameters.ts";
import type { Check, Refusal } from "../parameters/check.ts";

const lengthMax = 4_096;

/** RFC 6749 §3.3 */
const form = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/;

/** The longest scope that a description quotes. */
const quotedMax = 100;

/**
 * The scopes of the request. `offline_access` is ignored of a client that may not have it (OpenID Connect Core 1.0
 * §11): some libraries ask for it wherever the metadata lists it. Without `scope` all that the client may ask for (RFC
 * 6749 §3.3), but a session without an end is never a default.
 */
export function scopesOf(sent: SentParameters, client: PrincipalClient, issuer: string): string[] {
  const asked = sent.get("scope");
  if (asked !== undefined) return asked.split(" ").filter((name) => !isIgnored(name, client));
  return [...client.scopes].filter((name) => name !== "offline_access" && isFor(name, sent, client, issuer));
}

export const scope: Check = (sent, client, issuer) => {
  const asked = sent.get("scope");
  if (asked === undefined) return undefined;
  if (asked.length > lengthMax) return refusal(`scope has more than ${lengthMax} characters`);
  if (!form.test(asked)) return refusal("scope is malformed");
  const names = asked.split(" ");
  if (new Set(names).size < names.length) return refusal("a scope is repeated");
  const unknown = names.find((name) => !client.scopes.has(name) && !isIgnored(name, client));
  if (unknown !== undefined) return refusal(`scope not allowed: ${unknown.slice(0, quotedMax)}`);
  const homeless = names.find((name) => !isFor(name, sent, client, issuer));
  if (homeless === undefined) return undefined;
  return refusal(`send the resource that this scope is for: ${homeless.slice(0, quotedMax)}`);
};

function isIgnored(name: string, client: PrincipalClient): boolean {
  return name === "offline_access" && !client.scopes.has(name);
}

/** Whether the scope says something of the user, or belongs to an API of the request. */
function isFor(name: string, { resources }: SentParameters, client: PrincipalClient, issuer: string): boolean {
  return isIdentityScope(name) ||
    resources.some((uri) => uri === issuer || client.resources.get(uri)?.scopes.has(name));
}

function refusal(description: string): Refusal {
  return { error: "invalid_scope", description };
}
