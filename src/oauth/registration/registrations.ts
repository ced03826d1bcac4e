import { v7 as uuidv7 } from "uuid";
import { requireMay } from "../../access/authority/authority.ts";
import { issueSecret } from "../../credentials/secrets/owner_secrets.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Database, Tx } from "../../platform/db/db.ts";
import type { FailedAttempts } from "../../platform/failed_attempts.ts";
import type { Keys } from "../../tokens/keys/keys.ts";
import { type Actor, localActor } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { record } from "../clients/client_changes.ts";
import { deleteClient, insertClient } from "../clients/client_store.ts";
import { listOpenApis } from "../resources/resource_store.ts";
import { countClients, lockNeverUsedClient } from "./registration_store.ts";
import { type TakenMetadata, takenMetadata } from "./registration_metadata.ts";
import { placeOf } from "../../vocabulary/clients/shown_client.ts";

/** What came of a registration, for metrics. */
export type RegistrationOutcome = "registered" | "refused" | "unauthorized" | "rate_limited" | "full";

/** A client that registered itself, with its secret unless it is public. */
export type RegisteredClient = TakenMetadata & { id: string; secret: string | undefined; issuedAt: number };

export type ClientRegistrations = ReturnType<typeof createClientRegistrations>;

/** A client that nobody used within an hour makes room for another one. */
const neverUsedSeconds = 3_600;

/**
 * Registers clients that describe themselves (RFC 7591). Such a client never gets what a stranger must not have: it
 * authenticates as no service account, cannot use Sentinel's own API, and is always asked about.
 */
export function createClientRegistrations({ db, clock, keys, mode, clientsMax, attempts, counted }: {
  db: Database;
  clock: Clock;
  keys: Keys;
  mode: "off" | "token" | "open";
  clientsMax: number;
  attempts: FailedAttempts;
  counted: (outcome: RegistrationOutcome) => void;
}) {
  return { register };

  /**
   * With the mode `token` the actor must hold `clients:register`. With `open` anybody may register, so many times from
   * one address.
   *
   * @throws {Problem} `token_missing`, `forbidden`, `rate_limited`, `too_many_clients`, `invalid_redirect_uri`,
   * `invalid_client_metadata`
   */
  async function register(sent: object, actor: Actor): Promise<RegisteredClient> {
    if (mode === "open") countAttempt(actor.client.ip);
    else await requireInvited(actor);
    const taken = judged(sent, new Set((await listOpenApis(db)).flatMap(({ scopes }) => scopes)));
    await keys.ensureAlgorithm(taken.id_token_signed_response_alg);
    const registered = await db.transaction(async (tx) => {
      await makeRoomIn(tx, "dynamic", clientsMax).catch((error) => {
        throw refusal("full", error);
      });
      return await insert(tx, taken, actor);
    });
    counted("registered");
    return registered;
  }

  function countAttempt(ip: string | null): void {
    const wait = attempts.retryAfterSeconds(ip);
    if (wait !== undefined) {
      throw refusal("rate_limited", new Problem("rate_limited", { headers: { "retry-after": String(wait) } }));
    }
    attempts.count(ip);
  }

  function judged(sent: object, apiScopes: ReadonlySet<string>): TakenMetadata {
    try {
      const taken = takenMetadata(sent, { kind: "dynamic" }, apiScopes);
      return { ...taken, name: taken.name || placeOf(taken.redirect_uris[0]!) };
    } catch (error) {
      throw error instanceof Problem ? refusal("refused", error) : error;
    }
  }

  async function requireInvited(actor: Actor): Promise<void> {
    if (actor.actor_id === null) throw refusal("unauthorized", new Problem("token_missing"));
    await requireMay(db, actor, "clients:register").catch((error) => {
      throw refusal("unauthorized", error);
    });
  }

  async function insert(tx: Tx, taken: TakenMetadata, actor: Actor): Promise<RegisteredClient> {
    const id = uuidv7();
    const { sentMethod: _, open_scopes, client_uri, ...facts } = taken;
    const origin = { source: "dynamic", url: null, client_uri, open_scopes } as const;
    await insertClient(tx, id, actor.actor_id, { ...facts, service_account_id: null }, origin);
    const hasSecret = facts.token_endpoint_auth_method === "client_secret_basic";
    const secret = hasSecret ? await issueSecret(tx, "cs", id) : undefined;
    await record(tx, "client.created", id, actor, { ...facts, ...origin });
    return { ...taken, id, secret, issuedAt: Math.floor(clock.now() / 1_000) };
  }

  function refusal(outcome: RegistrationOutcome, error: Problem): Problem {
    counted(outcome);
    return error;
  }
}

/**
 * The database holds a bounded number of clients of this source: one that nobody used goes, or no other comes.
 *
 * @throws {Problem} `too_many_clients`
 */
export async function makeRoomIn(tx: Tx, source: "dynamic" | "document", clientsMax: number): Promise<void> {
  if (await countClients(tx, source) < clientsMax) return;
  const unused = await lockNeverUsedClient(tx, source, neverUsedSeconds);
  if (!unused) throw new Problem("too_many_clients");
  await deleteUnused(tx, unused);
}

/** Deletes a client because nobody used it. */
export async function deleteUnused(tx: Tx, { id, name }: { id: string; name: string }): Promise<void> {
  await record(tx, "client.deleted", id, localActor, { name, reason: "unused" });
  await deleteClient(tx, id);
}
