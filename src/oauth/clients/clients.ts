import { v7 as uuidv7 } from "uuid";
import { requireHolds } from "../../access/authority/authority.ts";
import type { ClientCache } from "../../access/principals/client_cache.ts";
import { permissionsAmong, requireKnownPermissions } from "../../access/roles/unknown_names.ts";
import type { ServiceAccounts } from "../../accounts/service_accounts/service_accounts.ts";
import { issueSecret, removeSecretsOf } from "../../credentials/secrets/owner_secrets.ts";
import type { Database, Db, Tx } from "../../platform/db/db.ts";
import type { Expected } from "../../platform/revision.ts";
import type { Actor } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { Keys } from "../../tokens/keys/keys.ts";
import { requireApiResources } from "../resources/api_resources.ts";
import { signsUsersIn } from "../grant_types.ts";
import { listOpenApis, type OpenApi } from "../resources/resource_store.ts";
import { identityScopes } from "../scopes.ts";
import { lockedClient, noSuchClient, requireFitting } from "./client_authority.ts";
import { endTokensOf, record } from "./client_changes.ts";
import {
  changedMembers,
  changedMetadata,
  type ClientMetadata,
  newMetadata,
  type WantedMetadata,
} from "./client_metadata.ts";
import {
  type ClientFilter,
  type ClientRow,
  deleteClient,
  deleteClientResources,
  findClient,
  insertClient,
  insertClientResources,
  listClientOverviews,
  listClients,
  updateClient,
} from "./client_store.ts";
import { explainRefusal, type RefusalExplanation } from "../refusals/refusal_explanation.ts";

/** A client in answers; times in RFC 3339. */
export type OAuthClient = Omit<ClientRow, "created_at" | "last_used_at" | "disabled_at" | "tokens_not_before"> & {
  created_at: string;
  last_used_at: string | null;
  disabled_at: string | null;
  tokens_not_before: string | null;
};

/** A client in a list, with its last refusal. */
export type ClientOverview = ClientRow & { refusal: { last_at: Date; explanation: RefusalExplanation } | null };

/** A change; absent members stay. */
export type ClientChange = WantedMetadata & { name?: string | undefined; disabled?: boolean | undefined };

/** What a new client is to be; the roles are those of its service account. */
export type NewClient = WantedMetadata & { name: string; roles?: string[] };

export type Clients = ReturnType<typeof createClients>;

const permission = "clients:write";
const mustHoldScopes =
  "This requires clients:write. A client gets only permissions that you hold yourself, without an end.";

/**
 * OAuth clients: programs that authenticate as themselves, and applications that users sign in to. One that may use
 * client credentials acts as a service account of its own, with grants of its own; the account is disabled and deleted
 * with it. Nobody gives a client more than they hold.
 */
export function createClients({ db, clients, keys, serviceAccounts }: {
  db: Database;
  clients: ClientCache;
  keys: Keys;
  serviceAccounts: ServiceAccounts;
}) {
  return { find, page, overview, create, change, endTokens, remove };

  /** @throws {Problem} `not_found` */
  async function find(id: string): Promise<OAuthClient> {
    return shownClient(await requiredClient(db, id));
  }

  /** A page of clients, newest first, before `before`. */
  function page(before: string | null, limit: number): Promise<ClientRow[]> {
    return listClients(db, before, limit);
  }

  /** As {@link page}, of the clients that match, with the last refusal of each. */
  async function overview(filter: ClientFilter, before: string | null, limit: number): Promise<ClientOverview[]> {
    const rows = await listClientOverviews(db, filter, before, limit);
    return rows.map(({ refusal, ...row }) => ({
      ...row,
      refusal: refusal && { last_at: refusal.last_at, explanation: explainRefusal(refusal.reason, row) },
    }));
  }

  /**
   * Creates a client, whose service account gets these roles, and answers its secret, which is shown once and takes a
   * fresh sign-in. A public client has none.
   *
   * @throws {Problem} `insufficient_user_authentication`, `forbidden`, `exclusion_violated`, `invalid_request` for an
   * unknown scope, resource or role, and for metadata that contradict themselves.
   */
  async function create(
    { name, roles, ...wanted }: NewClient,
    actor: Actor,
  ): Promise<{ client: OAuthClient; secret: string | undefined }> {
    const id = uuidv7();
    const metadata = newMetadata(wanted);
    if (!isPublic(metadata)) actor.requireFresh?.(); // keys authenticate it as a secret would
    await ensureKeys(metadata);
    return await db.transaction(async (tx) => {
      requireUnscoped(actor);
      const resourceIds = await requireMayGive(tx, metadata, actor);
      const account = isMachine(metadata) ? await createAccount(tx, id, name, [...new Set(roles)], actor) : null;
      await insertClient(tx, id, actor.actor_id, { ...metadata, name, service_account_id: account });
      await insertClientResources(tx, id, resourceIds);
      const secret = hasSecrets(metadata) ? await issueSecret(tx, "cs", id) : undefined;
      await record(tx, "client.created", id, actor, { name, ...metadata, service_account: account });
      return { client: shownClient(await requiredClient(tx, id)), secret };
    });
  }

  /**
   * A client that authenticates by its secret no more loses its secrets.
   *
   * @throws {Problem} `not_found`, `forbidden` for a client that holds more, `precondition_failed`, `invalid_request`.
   */
  async function change(id: string, wanted: ClientChange, expected: Expected, actor: Actor): Promise<OAuthClient> {
    if (wanted.id_token_signed_response_alg || wanted.grant_types) {
      await ensureKeys(changedMetadata(await requiredClient(db, id), wanted));
    }
    return await db.transaction(async (tx) => {
      const before = await changeable(tx, id, expected, actor);
      const { name = before.name, disabled = before.disabled_at !== null } = wanted;
      const metadata = changedMetadata(before, wanted);
      const changed = changedMembers(before, metadata);
      requireFitting(before, name === before.name ? changed : ["name", ...changed], metadata);
      if (changed.length > 0) await giveRights(tx, before, metadata, actor);
      if (isAuthenticatedAnew(metadata, changed)) {
        actor.requireFresh?.(); // as for a new secret
        await lockedClient(tx, id, actor, permission, { lasting: true });
      }
      if (!hasSecrets(metadata) && hasSecrets(before)) await removeSecretsOf(tx, id);
      const account = before.service_account_id ??
        (isMachine(metadata) ? await createAccount(tx, id, name, [], actor) : null);
      const after = { ...metadata, name, service_account_id: account };
      await updateClient(tx, id, after, disabled);
      if (account) await serviceAccounts.disableIn(tx, account, disabled || !isMachine(metadata), actor);
      await recordChange(tx, id, before, after, name === before.name ? changed : ["name", ...changed], actor);
      if (disabled !== (before.disabled_at !== null)) {
        await record(tx, disabled ? "client.disabled" : "client.enabled", id, actor);
      }
      return shownClient(await requiredClient(tx, id));
    });
  }

  /** The keys that its id_tokens are signed with exist before the client does. */
  async function ensureKeys({ grant_types, id_token_signed_response_alg }: ClientMetadata): Promise<void> {
    if (signsUsersIn(grant_types)) await keys.ensureAlgorithm(id_token_signed_response_alg);
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

  async function giveRights(tx: Tx, { id, source }: ClientRow, metadata: ClientMetadata, actor: Actor): Promise<void> {
    const resourceIds = await requireMayGive(tx, metadata, actor, source === "admin" ? [] : await listOpenApis(tx));
    await deleteClientResources(tx, id);
    await insertClientResources(tx, id, resourceIds);
  }

  /** Its name is the client's id, which no other account has. */
  function createAccount(tx: Tx, id: string, name: string, roles: string[], actor: Actor): Promise<string> {
    return serviceAccounts.createIn(tx, { name: `client-${id}`, description: `OAuth client ${name}`, roles }, actor);
  }
}

const noSuchScope = " None of the client's APIs has such a scope, either.";

/**
 * Checks that each scope is one of the client's APIs or open to it, a permission, or one that tells who the user is,
 * and that the actor holds those that are permissions. Answers the ids of the APIs.
 *
 * @throws {Problem} `forbidden`, `invalid_request`
 */
async function requireMayGive(
  tx: Tx,
  { scopes, resources }: ClientMetadata,
  actor: Actor,
  openApis: OpenApi[] = [],
): Promise<string[]> {
  const rows = await requireApiResources(tx, resources);
  const known = new Set([...identityScopes, ...[...openApis, ...rows].flatMap((api) => api.scopes)]);
  const others = scopes.filter((scope) => !known.has(scope));
  if (others.length > 0) await requireKnownPermissions(tx, others, "#/scopes", noSuchScope);
  const permissions = scopes.length === 0 ? [] : await permissionsAmong(tx, scopes);
  await requireHolds(tx, actor, { permission, permissions, until: null }, mustHoldScopes);
  return rows.map(({ id }) => id);
}

/** Whether keys that the client did not have until now authenticate it. */
function isAuthenticatedAnew({ jwks, jwks_uri }: ClientMetadata, changed: readonly string[]): boolean {
  return (jwks ?? jwks_uri) !== null && (changed.includes("jwks") || changed.includes("jwks_uri"));
}

const isMachine = ({ grant_types }: ClientMetadata) => grant_types.includes("client_credentials");
const isPublic = ({ token_endpoint_auth_method }: ClientMetadata) => token_endpoint_auth_method === "none";
const hasSecrets = ({ token_endpoint_auth_method: method }: ClientMetadata) => method === "client_secret_basic";

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
export function shownClient(
  { created_at, last_used_at, disabled_at, tokens_not_before, ...row }: ClientRow,
): OAuthClient {
  return {
    ...row,
    created_at: created_at.toISOString(),
    last_used_at: last_used_at?.toISOString() ?? null,
    disabled_at: disabled_at?.toISOString() ?? null,
    tokens_not_before: tokens_not_before?.toISOString() ?? null,
  };
}

type NamedMetadata = ClientMetadata & { name: string };

/** Records the members that differ, as they were and as they are. */
async function recordChange(
  tx: Tx,
  id: string,
  before: NamedMetadata,
  after: NamedMetadata,
  changed: (keyof NamedMetadata)[],
  actor: Actor,
): Promise<void> {
  if (changed.length === 0) return;
  const of = (state: NamedMetadata) => Object.fromEntries(changed.map((member) => [member, state[member]]));
  await record(tx, "client.changed", id, actor, { before: of(before), after: of(after) });
}
