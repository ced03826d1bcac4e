import { z } from "zod";
import { cutText } from "../../platform/text/cut_text.ts";
import { assertionAlgorithms } from "../../vocabulary/algorithms.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { readKeySet } from "../client_keys/client_jwks.ts";
import { type ClientMetadata, newMetadata } from "../clients/client_metadata.ts";
import { isLoopbackUri, redirectUriLengthMax, redirectUrisMax } from "../clients/redirect_uri.ts";
import { identityScopes, isIdentityScope } from "../scopes.ts";

/** Who describes the client: itself in a request, or a document at this URL, whose client has no secret. */
export type Describer = { kind: "dynamic" } | { kind: "document"; url: string };

/**
 * What is taken of a description. `sentMethod` is the method as it was named; `open_scopes`: the client named no scope
 * or one of an API, and may ask for each of the APIs that are open to it. MCP clients register with the scope of the
 * first challenge, and ask for more when a tool needs it; the user decides.
 */
export type TakenMetadata = ClientMetadata & {
  name: string;
  client_uri: string | null;
  open_scopes: boolean;
  sentMethod: string;
};

const nameLengthMax = 100, clientUriLengthMax = 255;

const uris = z.array(z.string().max(redirectUriLengthMax)).max(redirectUrisMax);

/** What Sentinel asks itself: a stranger names nothing in the operators' network. */
const serverUri = z.string().max(redirectUriLengthMax)
  .refine((uri) => /^https:\/\/[^@#\s]+$/.test(uri) && URL.canParse(uri), "https, without user and fragment");

/** The members that are read, with the defaults of RFC 7591 §2. All others are ignored, as that section asks. */
const Description = z.object({
  redirect_uris: uris.min(1),
  client_name: z.string().optional(),
  client_uri: z.string().optional().catch(undefined),
  grant_types: z.array(z.string()).default(["authorization_code"]),
  response_types: z.array(z.string()).default(["code"]),
  token_endpoint_auth_method: z.string().optional(),
  application_type: z.enum(["web", "native"]).optional(),
  scope: z.string().max(4_096).optional(),
  post_logout_redirect_uris: uris.default([]),
  id_token_signed_response_alg: z.enum(["RS256", "ES256"]).optional(),
  dpop_bound_access_tokens: z.boolean().optional(),
  require_pushed_authorization_requests: z.boolean().optional(),
  backchannel_logout_uri: serverUri.optional(),
  backchannel_logout_session_required: z.boolean().optional(),
});

type Description = z.output<typeof Description>;

/** What only matters for `private_key_jwt`; of any other client it is ignored. */
const Keys = z.object({
  jwks: z.unknown().optional(),
  jwks_uri: serverUri.nullable().default(null),
  token_endpoint_auth_signing_alg: z.enum(assertionAlgorithms).nullable().default(null),
});

const grantTypes = ["authorization_code", "refresh_token"];

/** How a client may authenticate, by who describes it. The first one is the default. */
const methods = {
  dynamic: ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"],
  document: ["none", "private_key_jwt"],
} as const;

/**
 * The metadata that are taken of a description: what cannot be granted is left out, and what cannot be read is refused
 * (RFC 7591 §2, §3.2.1). `apiScopes`: those of the APIs that are open to such clients.
 *
 * @throws {Problem} `invalid_redirect_uri`, `invalid_client_metadata`
 */
export function takenMetadata(sent: object, describer: Describer, apiScopes: ReadonlySet<string>): TakenMetadata {
  const given = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== null)); // some libraries send all
  const description = parsed(Description, given);
  const { redirect_uris, scope, post_logout_redirect_uris, id_token_signed_response_alg } = description;
  const sentMethod = methodOf(description, describer);
  const authentication = authenticationOf(sentMethod, given);
  const application_type = applicationTypeOf(description);
  if (describer.kind === "document") {
    requireOrigin(describer.url, redirect_uris, "redirect_uris");
    requireOrigin(describer.url, post_logout_redirect_uris, "post_logout_redirect_uris");
    requireOriginOfServer(describer.url, authentication.jwks_uri, "jwks_uri");
    requireOriginOfServer(describer.url, description.backchannel_logout_uri, "backchannel_logout_uri");
  }
  const names = scope?.split(" ") ?? [...identityScopes];
  const metadata = sound({
    redirect_uris,
    post_logout_redirect_uris,
    application_type,
    grant_types: grantTypesOf(description),
    scopes: names.filter((name) => isIdentityScope(name) || apiScopes.has(name)),
    ...authentication,
    id_token_signed_response_alg,
    dpop_bound_access_tokens: description.dpop_bound_access_tokens,
    require_pushed_authorization_requests: description.require_pushed_authorization_requests,
    backchannel_logout_uri: description.backchannel_logout_uri,
    backchannel_logout_session_required: description.backchannel_logout_session_required,
    native_localhost: application_type === "native" && sentMethod === "none",
  });
  return {
    ...metadata,
    name: nameOf(description.client_name) ?? "",
    client_uri: httpsOnly(description.client_uri),
    open_scopes: scope === undefined || names.some((name) => apiScopes.has(name)),
    sentMethod,
  };
}

/** @throws {Problem} for the first member that is refused. */
function parsed<Schema extends z.ZodType>(schema: Schema, given: object): z.output<Schema> {
  const { data, error } = schema.safeParse(given);
  if (!error) return data;
  const [{ path, message }] = error.issues as [z.core.$ZodIssue];
  throw refusedMember(String(path[0]), `${path.join("/")}: ${message}`);
}

function methodOf({ token_endpoint_auth_method }: Description, { kind }: Describer): string {
  const known: readonly string[] = methods[kind];
  const method = token_endpoint_auth_method ?? known[0]!;
  if (known.includes(method)) return method;
  throw refusedMember("token_endpoint_auth_method", `token_endpoint_auth_method must be one of ${known.join(", ")}`);
}

/** How the client authenticates, and by which keys. */
function authenticationOf(method: string, given: object): Partial<ClientMetadata> {
  if (method === "none") return { token_endpoint_auth_method: "none" };
  if (method !== "private_key_jwt") return { token_endpoint_auth_method: "client_secret_basic" };
  const { jwks, ...others } = parsed(Keys, given);
  const keys = jwks === undefined ? null : readKeySet(jwks);
  if (typeof keys === "string") throw refusedMember("jwks", `jwks: ${keys}`);
  return { token_endpoint_auth_method: method, jwks: keys, ...others };
}

function grantTypesOf({ grant_types, response_types }: Description): string[] {
  if (!grant_types.includes("authorization_code") || !response_types.includes("code")) {
    throw refusedMember("grant_types", "only the grant type authorization_code, with the response type code");
  }
  return grantTypes.filter((type) => grant_types.includes(type));
}

/** A scheme of its own makes a client native whatever it says: oidc-agent says `web`. */
function applicationTypeOf({ application_type, redirect_uris }: Description): "web" | "native" {
  if (!redirect_uris.every(isOfDevice)) return application_type ?? "web";
  return redirect_uris.every(isLoopbackUri) ? application_type ?? "native" : "native";
}

/** Whether only programs on the user's device receive what is sent there. */
function isOfDevice(uri: string): boolean {
  return !/^https?:/.test(uri) || isLoopbackUri(uri);
}

function requireOrigin(url: string, uris: string[], member: string): void {
  const { origin } = new URL(url);
  const foreign = uris.find((uri) => !isLoopbackUri(uri) && URL.parse(uri)?.origin !== origin);
  if (foreign !== undefined) {
    throw refusedMember(member, `${member} must have the origin of the document, or be on localhost`);
  }
}

/** Not on localhost either: that is Sentinel's own machine. */
function requireOriginOfServer(url: string, uri: string | null | undefined, member: string): void {
  if (!uri || new URL(uri).origin === new URL(url).origin) return;
  throw refusedMember(member, `${member} must have the origin of the document`);
}

/** As an administrator's client with the same metadata would be judged. */
function sound(wanted: Parameters<typeof newMetadata>[0]): ClientMetadata {
  try {
    return newMetadata(wanted);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "invalid_request") throw error;
    const { pointer, detail } = error.errors![0]!;
    throw refusedMember(pointer.split("/")[1]!, `${pointer.slice(2)}: ${detail}`);
  }
}

/** RFC 7591 §3.2.2 */
function refusedMember(member: string, detail: string): Problem {
  return new Problem(member === "redirect_uris" ? "invalid_redirect_uri" : "invalid_client_metadata", { detail });
}

/** Without what is invisible or turns text around, which could make a name look like another. */
function nameOf(sent: string | undefined): string | undefined {
  const name = (sent ?? "").replaceAll(/\p{C}/gu, "").replaceAll(/[\p{Z}]+/gu, " ").trim();
  return name === "" ? undefined : cutText(name, nameLengthMax);
}

function httpsOnly(uri: string | undefined): string | null {
  const isTaken = uri !== undefined && uri.length <= clientUriLengthMax && uri.startsWith("https://") &&
    URL.parse(uri) !== null && /^[\x21-\x7e]+$/.test(uri);
  return isTaken ? uri : null;
}
