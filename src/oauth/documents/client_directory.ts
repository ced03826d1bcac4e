import type { ClientCache } from "../../access/principals/client_cache.ts";
import type { Db } from "../../platform/db/db.ts";
import type { PrincipalClient } from "../../vocabulary/actor.ts";
import { clientUuid, publicClientId } from "../../vocabulary/clients/client_id.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { type TakenMetadata, takenMetadata } from "../registration/registration_metadata.ts";
import { listOpenApis, type OpenApi } from "../resources/resource_store.ts";
import type { ClientDocuments } from "./client_documents.ts";
import { type DocumentHosts, isDocumentUrl, isHostOf } from "./document_url.ts";

/**
 * A client that describes itself, as it is to be stored when a user allows it something. `isOther`: it is unknown, or
 * its redirection URIs have changed, so that what users allowed it counts no more.
 */
export type UnstoredClient = { url: string; metadata: TakenMetadata; isOther: boolean };

/** The client of a request. */
export type FoundClient =
  | { kind: "client"; client: PrincipalClient; unstored?: UnstoredClient }
  | { kind: "unknown" }
  | { kind: "unreadable"; url: string; detail: string };

export type ClientDirectory = ReturnType<typeof createClientDirectory>;

/**
 * Finds clients by the `client_id` of a request: those that are stored, and those that describe themselves in a
 * document at that URL (Client ID Metadata Documents §3).
 */
export function createClientDirectory({ db, clients, documents, hosts, issuer }: {
  db: Db;
  clients: ClientCache;
  documents: ClientDocuments;
  hosts: DocumentHosts;
  issuer: string;
}) {
  return { find, findDescribed };

  /**
   * `ip`: the address that asks; without one nothing is fetched. A stored client stays as it is while its document
   * cannot be read.
   *
   * @throws {Problem} `rate_limited`
   */
  async function find(clientId: string | undefined, ip: string | null | undefined): Promise<FoundClient> {
    const id = clientUuid(clientId);
    if (id === undefined) return { kind: "unknown" };
    const stored = await clients.get(id);
    if (stored && publicClientId(stored) !== clientId) return { kind: "unknown" };
    if (id === clientId) return stored ? { kind: "client", client: stored } : { kind: "unknown" };
    const isRead = isDocumentUrl(clientId!, issuer) && isHostOf(hosts, clientId!);
    return isRead ? await described(clientId!, stored, ip) : { kind: "unknown" };
  }

  /** The client as it describes itself at this URL now; undefined for any other. @throws {Problem} `rate_limited` */
  async function findDescribed(clientId: string, ip: string | null): Promise<PrincipalClient | undefined> {
    if (!clientId.startsWith("https://")) return undefined;
    const found = await find(clientId, ip);
    return found.kind === "client" ? found.client : undefined;
  }

  async function described(
    url: string,
    stored: PrincipalClient | undefined,
    ip: string | null | undefined,
  ): Promise<FoundClient> {
    const read = await documents.read(url, ip);
    if (read.kind !== "document") {
      if (stored) return { kind: "client", client: stored };
      if (read.kind === "unreadable") return { kind: "unreadable", url, detail: read.detail };
      throw new Problem("rate_limited", { headers: { "retry-after": String(read.retryAfterSeconds) } });
    }
    const apis = await listOpenApis(db);
    try {
      const apiScopes = new Set(apis.flatMap(({ scopes }) => scopes));
      const metadata = takenMetadata(read.document, { kind: "document", url }, apiScopes);
      return found(url, { ...metadata, name: metadata.name || new URL(url).host }, stored, apis);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { kind: "unreadable", url, detail: error.detail! };
    }
  }

  function found(
    url: string,
    metadata: TakenMetadata,
    stored: PrincipalClient | undefined,
    apis: OpenApi[],
  ): FoundClient {
    const client = asStored(url, metadata, stored, apis);
    if (stored && !comparedMembers.some((member) => textOf(stored[member]) !== textOf(client[member]))) {
      return { kind: "client", client: stored };
    }
    const isOther = textOf(stored?.redirect_uris) !== textOf(client.redirect_uris);
    return { kind: "client", client, unstored: { url, metadata, isOther } };
  }
}

/** What memory would hold of the client if it were stored. */
function asStored(
  url: string,
  { sentMethod: _, client_uri: __, open_scopes, resources: ___, ...metadata }: TakenMetadata,
  stored: PrincipalClient | undefined,
  apis: OpenApi[],
): PrincipalClient {
  const open = apis.map(({ scopes, ...api }) => [api.uri, { ...api, scopes: new Set(scopes) }] as const);
  const openScopes = open_scopes ? apis.flatMap(({ scopes }) => scopes) : [];
  return {
    ...metadata,
    id: clientUuid(url)!,
    url,
    source: "document",
    disabled: stored?.disabled ?? false,
    tokens_not_before: stored?.tokens_not_before ?? 0,
    grant_types: new Set(metadata.grant_types),
    scopes: new Set([...metadata.scopes, ...openScopes]),
    resources: new Map([...stored?.resources ?? [], ...open]),
    service_user_id: null,
    secrets: [],
  };
}

/** What a document says of a client. */
const comparedMembers = [
  "name",
  "redirect_uris",
  "post_logout_redirect_uris",
  "grant_types",
  "scopes",
  "application_type",
  "token_endpoint_auth_method",
  "jwks",
  "jwks_uri",
  "token_endpoint_auth_signing_alg",
  "dpop_bound_access_tokens",
  "require_pushed_authorization_requests",
  "backchannel_logout_uri",
  "backchannel_logout_session_required",
  "id_token_signed_response_alg",
  "native_localhost",
] as const satisfies (keyof PrincipalClient)[];

function textOf(value: unknown): string {
  return JSON.stringify(value instanceof Set ? [...value].sort() : value);
}
