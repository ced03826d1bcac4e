import type { PrincipalClient } from "../../vocabulary/actor.ts";
import { matchesRedirectUri } from "../clients/redirect_uri.ts";
import type { ClientDirectory, UnstoredClient } from "../documents/client_directory.ts";
import { type Aal, acrOf } from "../../vocabulary/assurance.ts";
import type { AskedRequest } from "./authorization_flows.ts";
import type { Recipient } from "./authorization_response.ts";
import type { Refusal } from "./parameters/check.ts";
import { checks } from "./checks/checks.ts";
import { maxAgeOf } from "./checks/max_age.ts";
import { type Prompt, promptsOf } from "./checks/prompt.ts";
import { responseModeOf } from "./checks/response_mode.ts";
import { scopesOf } from "./checks/scope.ts";
import { parseParameters, type SentParameters, valuesOf } from "./parameters/sent_parameters.ts";

/** A request that passed every check. */
export type AuthorizationRequest = Recipient & {
  scopes: string[];
  resources: string[];
  prompts: ReadonlySet<Prompt>;
  maxAge: number | undefined;
  aal: Aal;
  nonce: string | undefined;
  codeChallenge: string | undefined;
  dpopJkt: string | undefined;
  idTokenHint: string | undefined;
  /** The client as it is to be stored, if it is not, or differs. */
  unstored: UnstoredClient | undefined;
};

/** Why the user cannot be sent back to the client. */
export type PageReason =
  | "unknown_client"
  | "client_unreadable"
  | "disabled_client"
  | "grant_not_allowed"
  | "redirect_uri_missing"
  | "redirect_uri_not_registered"
  | "request_uri_invalid"
  | "too_long";

/** What the page says. The client and the URI only where they are known to be what was sent. */
export type PageRefusal = { reason: PageReason; client?: PrincipalClient; redirectUri?: string; detail?: string };

/** What became of a request. */
export type ReadRequest =
  | { kind: "request"; request: AuthorizationRequest }
  | { kind: "refused"; recipient: Recipient; refusal: Refusal }
  | { kind: "page"; refusal: PageRefusal };

/** What the pages of a request know before anybody is signed in. */
export type RequestHints = { locales: string | undefined; loginHint: string | undefined };

export type AuthorizationRequests = ReturnType<typeof createAuthorizationRequests>;

/**
 * Reads authorization requests (OpenID Connect Core 1.0 §3.1.2.1). Nothing is sent to an address before the client and
 * the address are known to belong together (RFC 6749 §4.1.2.1).
 */
export function createAuthorizationRequests({ directory, issuer }: { directory: ClientDirectory; issuer: string }) {
  return { read, clientOf };

  /** The client that a request names, or why there is none. `ip` and errors are those of {@link read}. */
  async function clientOf(
    sent: SentParameters,
    ip: string | null | undefined,
  ): Promise<{ client: PrincipalClient; unstored?: UnstoredClient } | { refusal: PageRefusal }> {
    const found = await directory.find(sent.get("client_id"), ip);
    if (found.kind === "client") return found;
    if (found.kind === "unknown") return { refusal: { reason: "unknown_client" } };
    return { refusal: { reason: "client_unreadable", detail: `${found.url}: ${found.detail}` } };
  }

  /** `ip`: the address that asks; without one no document is fetched. @throws {Problem} `rate_limited` */
  async function read({ query, pushedId }: AskedRequest, ip: string | null | undefined): Promise<ReadRequest> {
    const sent = parseParameters(query, pushedId !== undefined);
    const found = await clientOf(sent, ip);
    if ("refusal" in found) return { kind: "page", refusal: found.refusal };
    const { client, unstored } = found;
    const redirectUri = sent.get("redirect_uri");
    const reason = pageReason(client, redirectUri);
    if (reason) return { kind: "page", refusal: { reason, client, ...(redirectUri !== undefined && { redirectUri }) } };
    const recipient = {
      client,
      redirectUri: redirectUri!,
      responseMode: responseModeOf(sent),
      state: sent.get("state"),
    };
    for (const check of checks) {
      const refusal = check(sent, client, issuer);
      if (refusal) return { kind: "refused", recipient, refusal };
    }
    return { kind: "request", request: { ...requestOf(sent, recipient), unstored } };
  }

  function requestOf(sent: SentParameters, recipient: Recipient): Omit<AuthorizationRequest, "unstored"> {
    return {
      ...recipient,
      scopes: scopesOf(sent, recipient.client, issuer),
      resources: [...sent.resources],
      prompts: promptsOf(sent),
      maxAge: maxAgeOf(sent),
      aal: wantedAal(sent),
      nonce: sent.get("nonce"),
      codeChallenge: sent.get("code_challenge"),
      dpopJkt: sent.get("dpop_jkt"),
      idTokenHint: sent.get("id_token_hint"),
    };
  }
}

/** The languages that the client wants of the pages, and whom it expects to sign in. */
export function hintsOf(query: string): RequestHints {
  const sent = parseParameters(query);
  return { locales: sent.get("ui_locales"), loginHint: sent.get("login_hint") };
}

/** What operators of the client read of a refusal that goes to no client. */
export function noteOf({ reason, redirectUri }: PageRefusal): string {
  return pageReasons[reason] + (reason === "redirect_uri_not_registered" ? `: ${redirectUri}` : "");
}

const pageReasons: Record<PageReason, string> = {
  unknown_client: "unknown client",
  client_unreadable: "the document of the client cannot be read",
  disabled_client: "the client is disabled",
  grant_not_allowed: "grant type not allowed: authorization_code",
  redirect_uri_missing: "redirect_uri is missing",
  redirect_uri_not_registered: "redirect_uri not registered",
  request_uri_invalid: "the request_uri is unknown, used, expired or of another client",
  too_long: "the request is too long",
};

function pageReason(client: PrincipalClient, redirectUri: string | undefined): PageReason | undefined {
  if (client.disabled) return "disabled_client";
  if (!client.grant_types.has("authorization_code")) return "grant_not_allowed";
  if (redirectUri === undefined) return "redirect_uri_missing";
  return matchesRedirectUri(client, redirectUri) ? undefined : "redirect_uri_not_registered";
}

/**
 * The least level that will do of those that the client names, the one that it prefers first (OpenID Connect Core 1.0
 * §3.1.2.1). Names that are none of Sentinel's are ignored: the claim is voluntary (§5.5.1.1), and the client reads
 * `acr`.
 */
function wantedAal(sent: SentParameters): Aal {
  const named = valuesOf(sent.get("acr_values"));
  return named.includes(acrOf(2)) && !named.includes(acrOf(1)) ? 2 : 1;
}
