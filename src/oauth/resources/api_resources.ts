import { v7 as uuidv7 } from "uuid";
import { requireMay } from "../../access/authority/authority.ts";
import type { ClientCache } from "../../access/principals/client_cache.ts";
import { recordAudit } from "../../audit/events/audit.ts";
import type { Database, Db, Tx } from "../../platform/db/db.ts";
import type { Expected } from "../../platform/revision.ts";
import type { Keys } from "../../tokens/keys/keys.ts";
import type { Actor } from "../../vocabulary/actor.ts";
import type { AuditAction } from "../../vocabulary/dictionary.ts";
import { onConstraint, Problem } from "../../vocabulary/problems.ts";
import {
  type ApiResourceFacts,
  type ApiResourceRow,
  deleteApiResource,
  findApiResource,
  insertApiResource,
  listApiResources,
  listNamedApiResources,
  lockApiResource,
  updateApiResource,
} from "./resource_store.ts";
import { isIdentityScope } from "../scopes.ts";
import { refusedUri } from "./resource_uri.ts";

/** An API in answers; the time in RFC 3339. */
export type ApiResource = Omit<ApiResourceRow, "created_at"> & { created_at: string };

/** A change; absent members stay. */
export type ApiResourceChange = { [Member in keyof ApiResourceFacts]?: ApiResourceFacts[Member] | undefined };

/** A new one; only clients of administrators may get tokens for it unless it says otherwise. */
export type NewApiResource =
  & Omit<ApiResourceFacts, "open_to_dynamic">
  & { uri: string; open_to_dynamic?: boolean };

export type ApiResources = ReturnType<typeof createApiResources>;

const permission = "api_resources:write";
const members = ["name", "scopes", "alg", "ttl_seconds", "open_to_dynamic"] as const;

/**
 * The APIs that tokens are issued for, beside Sentinel's own: each with its scopes and what its tokens are signed with.
 */
export function createApiResources({ db, keys, clients, issuer }: {
  db: Database;
  keys: Keys;
  clients: ClientCache;
  issuer: string;
}) {
  return { find, named, page, create, change, remove };

  /** @throws {Problem} `not_found` */
  async function find(id: string): Promise<ApiResource> {
    return shownApiResource(await required(db, id));
  }

  /** The resource with this URI. @throws {Problem} `not_found` */
  async function named(uri: string): Promise<ApiResource> {
    const [row] = await listNamedApiResources(db, [uri]);
    if (!row) throw noSuchResource();
    return shownApiResource(row);
  }

  /** A page of resources by URI, after `after`. */
  function page(after: string | null, limit: number): Promise<ApiResourceRow[]> {
    return listApiResources(db, after, limit);
  }

  /** @throws {Problem} `forbidden`, `api_resource_taken`, `invalid_request` for a URI that cannot name an API. */
  async function create(given: NewApiResource, actor: Actor): Promise<ApiResource> {
    const wanted = { open_to_dynamic: false, ...given };
    const detail = refusedUri(wanted.uri, issuer);
    if (detail) {
      throw new Problem("invalid_request", { errors: [{ pointer: "#/uri", code: "invalid_value", detail }] });
    }
    requireOwnScopes(wanted.scopes);
    await keys.ensureAlgorithm(wanted.alg);
    const id = uuidv7();
    const scopes = sortedOnce(wanted.scopes);
    return await db.transaction(async (tx) => {
      await requireMay(tx, actor, permission);
      await insertApiResource(tx, { ...wanted, id, scopes });
      await record(tx, "api_resource.created", id, actor, { ...wanted, scopes });
      return shownApiResource(await required(tx, id));
    }).catch((error) => {
      throw onConstraint(error, { api_resources_uri_key: "api_resource_taken" });
    });
  }

  /** @throws {Problem} `not_found`, `forbidden`, `precondition_failed` */
  async function change(
    id: string,
    wanted: ApiResourceChange,
    expected: Expected,
    actor: Actor,
  ): Promise<ApiResource> {
    requireOwnScopes(wanted.scopes ?? []);
    if (wanted.alg) await keys.ensureAlgorithm(wanted.alg);
    return await db.transaction(async (tx) => {
      const before = await locked(tx, id, expected, actor);
      const scopes = wanted.scopes && sortedOnce(wanted.scopes);
      const given = Object.fromEntries(
        Object.entries({ ...wanted, scopes }).filter(([, value]) => value !== undefined),
      );
      const after: ApiResourceRow = { ...before, ...given };
      const changed = members.filter((member) => JSON.stringify(after[member]) !== JSON.stringify(before[member]));
      if (changed.length === 0) return shownApiResource(before);
      tx.afterwards(clients.forgetAll); // whose they are is known to the database only
      await updateApiResource(tx, id, after);
      const parts = [before, after].map((state) => Object.fromEntries(changed.map((each) => [each, state[each]])));
      await record(tx, "api_resource.changed", id, actor, { before: parts[0], after: parts[1] });
      return shownApiResource(after);
    });
  }

  /** @throws {Problem} as {@link change}; `api_resource_in_use` while a client may get tokens for it. */
  async function remove(id: string, expected: Expected, actor: Actor): Promise<void> {
    await db.transaction(async (tx) => {
      const { uri } = await locked(tx, id, expected, actor);
      await record(tx, "api_resource.deleted", id, actor, { uri });
      await deleteApiResource(tx, id);
    }).catch((error) => {
      throw onConstraint(error, { client_resources_resource_id_fkey: "api_resource_in_use" });
    });
  }

  async function locked(tx: Tx, id: string, expected: Expected, actor: Actor): Promise<ApiResourceRow> {
    await requireMay(tx, actor, permission);
    const row = await lockApiResource(tx, id);
    if (!row) throw noSuchResource();
    if (!expected(shownApiResource(row))) throw new Problem("precondition_failed");
    return row;
  }
}

/**
 * The resources with these URIs, which stay until the transaction ends.
 *
 * @throws {Problem} `invalid_request` for an unknown one.
 */
export async function requireApiResources(tx: Tx, uris: string[]): Promise<ApiResourceRow[]> {
  const rows = uris.length === 0 ? [] : await listNamedApiResources(tx, uris);
  const unknown = uris.find((uri) => !rows.some((row) => row.uri === uri));
  if (unknown === undefined) return rows;
  const detail = `There is no API ${JSON.stringify(unknown)}: register it first.`;
  throw new Problem("invalid_request", { errors: [{ pointer: "#/resources", code: "unknown_resource", detail }] });
}

/** @throws {Problem} `invalid_request` for a scope that OpenID Connect has given a meaning. */
function requireOwnScopes(scopes: string[]): void {
  const taken = scopes.find(isIdentityScope);
  if (taken === undefined) return;
  const detail = `The scope ${taken} says what an application learns of a user. Choose another name.`;
  throw new Problem("invalid_request", { errors: [{ pointer: "#/scopes", code: "invalid_value", detail }] });
}

/** The resource in answers. The ETag is computed from it. */
export function shownApiResource({ created_at, ...row }: ApiResourceRow): ApiResource {
  return { ...row, created_at: created_at.toISOString() };
}

/** Each once, sorted, so that equal sets look equal. */
export function sortedOnce(names: string[]): string[] {
  return [...new Set(names)].sort();
}

async function required(db: Db, id: string): Promise<ApiResourceRow> {
  const row = await findApiResource(db, id);
  if (!row) throw noSuchResource();
  return row;
}

function noSuchResource(): Problem {
  return new Problem("not_found", { detail: "There is no such API." });
}

function record(tx: Tx, action: AuditAction, id: string, actor: Actor, details = {}): Promise<void> {
  return recordAudit(tx, { action, ...actor, subject: { type: "api_resource", id }, details });
}
