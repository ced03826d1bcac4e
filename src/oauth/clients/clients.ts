import { v7 as uuidv7 } from "uuid";
import { requireHolds } from "../../access/authority/authority.ts";
import type { ClientCache } from "../../access/principals/client_cache.ts";
import { permissionsAmong, requireKnownPermissions } from "../../access/roles/unknown_names.ts";
import type { ServiceAccounts } from "../../accounts/service_accounts/service_accounts.ts";
import { issueSecret } from "../../credentials/secrets/owner_secrets.ts";
import type { Database, Db, Tx } from "../../platform/db/db.ts";
import type { Expected } from "../../platform/revision.ts";
import type { Actor } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { requireApiResources, sortedOnce } from "../resources/api_resources.ts";
import { lockedClient, noSuchClient } from "./client_authority.ts";
import { endTokensOf, record } from "./client_changes.ts";
import {
  type ClientRow,
  deleteClient,
  deleteClientResources,
  findClient,
  insertClient,
  insertClientResources,
  listClients,
  updateClient,
} from "./client_store.ts";

/** A client in answers; times in RFC 3339. */
export type OAuthClient = Omit<ClientRow, "created_at" | "disabled_at" | "tokens_not_before"> & {
  created_at: string;
  disabled_at: string | null;
  tokens_not_before: string | null;
};

/** What a client may do. `own_api`: get tokens for Sentinel's own API. */
export type ClientRights = Pick<ClientRow, "grant_types" | "scopes" | "resources" | "own_api">;

/** A change; absent members stay. */
export type ClientChange =
  & {
    [Member in keyof ClientRights | "name"]?: ClientRow[Member] | undefined;
  }
  & { disabled?: boolean | undefined };

export type Clients = ReturnType<typeof createClients>;

const permission = "clients:write";
const mustHoldScopes =
  "This requires clients:write. A client gets only permissions that you hold yourself, without an end.";

/**
 * OAuth clients: programs that authenticate as themselves. One that may use client credentials acts as a service account
 * of its own, with grants of its own; the account is disabled and deleted with it. Nobody gives a client more than they
 * hold.
 */
export function createClients({ db, clients, serviceAccounts }: {
  db: Database;
  clients: ClientCache;
  serviceAccounts: ServiceAccounts;
}) {
  return { find, page, create, change, endTokens, remove };

  /** @throws {Problem} `not_found` */
  async function find(id: string): Promise<OAuthClient> {
    return shownClient(await requiredClient(db, id));
  }

  /** A page of clients, newest first, before `before`. */
  function page(before: string | null, limit: number): Promise<ClientRow[]> {
    return listClients(db, before, limit);
  }

  /**
   * Creates a client, whose service account gets these roles, and answers its secret, which is shown once.
   *
   * @throws {Problem} `forbidden`, `exclusion_violated`, `invalid_request` for an unknown scope, resource or role.
   */
  async function create(
    { name, roles, ...rights }: ClientRights & { name: string; roles: string[] },
    actor: Actor,
  ): Promise<{ client: OAuthClient; secret: string }> {
    const id = uuidv7();
    const wanted = canonical(rights);
    return await db.transaction(async (tx) => {
      requireUnscoped(actor);
      const resourceIds = await requireMayGive(tx, wanted, actor);
      const isMachine = wanted.grant_types.includes("client_credentials");
      const account = isMachine ? await createAccount(tx, id, name, roles, actor) : null;
      await insertClient(tx, { id, name, ...wanted, service_account_id: account, created_by: actor.actor_id });
      await insertClientResources(tx, id, resourceIds);
      const secret = await issueSecret(tx, "cs", id);
      await record(tx, "client.created", id, actor, { name, ...wanted, service_account: account });
      return { client: shownClient(await requiredClient(tx, id)), secret };
    });
  }

  /** @throws {Problem} `not_found`, `forbidden` for a client that holds more, `precondition_failed`, `invalid_request`. */
  async function change(id: string, wanted: ClientChange, expected: Expected, actor: Actor): Promise<OAuthClient> {
    return await db.transaction(async (tx) => {
      const before = await changeable(tx, id, expected, actor);
      const { disabled = before.disabled_at !== null, ...given } = wanted;
      const after = {
        ...before,
        ...canonical({ ...rightsOf(before), ...defined(given) }),
        name: given.name ?? before.name,
      };
      const changed = changedMembers(before, after);
      if (changed.some((member) => member !== "name")) await giveRights(tx, after, actor);
      const isMachine = after.grant_types.includes("client_credentials");
      const account = before.service_account_id ??
        (isMachine ? await createAccount(tx, id, after.name, [], actor) : null);
      await updateClient(tx, id, { ...after, service_account_id: account, disabled });
      if (account) await serviceAccounts.disableIn(tx, account, disabled || !isMachine, actor);
      if (changed.length > 0) await record(tx, "client.changed", id, actor, differences(before, after, changed));
      if (disabled !== (before.disabled_at !== null)) {
        await record(tx, disabled ? "client.disabled" : "client.enabled", id, actor);
      }
      return shownClient(await requiredClient(tx, id));
    });
  }

  /** Refuses all tokens that the client got until now. @throws {Problem} `not_found`, `forbidden` */
  async function endTokens(id: string, actor: Actor): Promise<void> {
    await db.transaction(async (tx) => {
      await lockedClient(tx, id, actor, permission);
      await endTokensOf(tx, clients, id, actor);
    });
  }

  /** Deletes the client with its secrets and its service account. @throws {Problem} as {@link change}. */
  async function remove(id: string, expected: Expected, actor: Actor): Promise<void> {
    await db.transaction(async (tx) => {
      const { name, service_account_id } = await changeable(tx, id, expected, actor);
      await record(tx, "client.deleted", id, actor, { name });
      await deleteClient(tx, id);
      if (service_account_id) await serviceAccounts.removeIn(tx, service_account_id, actor);
    });
  }

  /** Locks the client in the expected state; what memory knows of it is forgotten. */
  async function changeable(tx: Tx, id: string, expected: Expected, actor: Actor): Promise<ClientRow> {
    tx.afterwards(() => clients.forget(id));
    await lockedClient(tx, id, actor, permission);
    requireUnscoped(actor);
    const row = await requiredClient(tx, id);
    if (!expected(shownClient(row))) throw new Problem("precondition_failed");
    return row;
  }

  async function giveRights(tx: Tx, after: ClientRow, actor: Actor): Promise<void> {
    const resourceIds = await requireMayGive(tx, after, actor);
    await deleteClientResources(tx, after.id);
    await insertClientResources(tx, after.id, resourceIds);
  }

  /** Its name is the client's id, which no other account has. */
  function createAccount(tx: Tx, id: string, name: string, roles: string[], actor: Actor): Promise<string> {
    return serviceAccounts.createIn(tx, { name: `client-${id}`, description: `OAuth client ${name}`, roles }, actor);
  }
}

/**
 * Checks that each scope is one of the client's APIs or a permission, and that the actor holds those that are
 * permissions. Answers the ids of the APIs.
 *
 * @throws {Problem} `forbidden`, `invalid_request`
 */
async function requireMayGive(tx: Tx, { scopes, resources }: ClientRights, actor: Actor): Promise<string[]> {
  const rows = await requireApiResources(tx, resources);
  const ofResources = new Set(rows.flatMap((row) => row.scopes));
  const others = scopes.filter((scope) => !ofResources.has(scope));
  if (others.length > 0) await requireKnownPermissions(tx, others, "#/scopes");
  const permissions = scopes.length === 0 ? [] : await permissionsAmong(tx, scopes);
  await requireHolds(tx, actor, { permission, permissions, until: null }, mustHoldScopes);
  return rows.map(({ id }) => id);
}

/** @throws {Problem} `forbidden`: a secret would outlive the credential that it was created with. */
export function requireUnscoped({ scopes }: Actor): void {
  if (scopes) throw new Problem("forbidden", { detail: "No credential with scopes manages clients." });
}

/** @throws {Problem} `not_found` */
export async function requiredClient(db: Db, id: string): Promise<ClientRow> {
  const row = await findClient(db, id);
  if (!row) throw noSuchClient();
  return row;
}

/** The client in answers. The ETag is computed from it. */
export function shownClient({ created_at, disabled_at, tokens_not_before, ...row }: ClientRow): OAuthClient {
  return {
    ...row,
    created_at: created_at.toISOString(),
    disabled_at: disabled_at?.toISOString() ?? null,
    tokens_not_before: tokens_not_before?.toISOString() ?? null,
  };
}

const rightMembers = ["grant_types", "scopes", "resources", "own_api"] as const;

function rightsOf({ grant_types, scopes, resources, own_api }: ClientRow): ClientRights {
  return { grant_types, scopes, resources, own_api };
}

function canonical({ grant_types, scopes, resources, own_api }: ClientRights): ClientRights {
  return {
    grant_types: sortedOnce(grant_types),
    scopes: sortedOnce(scopes),
    resources: sortedOnce(resources),
    own_api,
  };
}

function defined<T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;
}

function changedMembers(before: ClientRow, after: ClientRow) {
  return (["name", ...rightMembers] as const)
    .filter((member) => JSON.stringify(before[member]) !== JSON.stringify(after[member]));
}

function differences(before: ClientRow, after: ClientRow, changed: (keyof ClientRow)[]) {
  const of = (state: ClientRow) => Object.fromEntries(changed.map((member) => [member, state[member]]));
  return { before: of(before), after: of(after) };
}
