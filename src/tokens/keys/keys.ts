import { requireMay } from "../../access/authority/authority.ts";
import { type Actor, localActor } from "../../vocabulary/actor.ts";
import { recordAudit } from "../../audit/events/audit.ts";
import type { AuditAction } from "../../vocabulary/dictionary.ts";
import type { Database, Db, Tx } from "../../platform/db/db.ts";
import { Unavailable } from "../../platform/db/db_errors.ts";
import { createCachedValue } from "../../platform/cache/cached_value.ts";
import type { CacheValidity } from "../../platform/cache/cache_validity.ts";
import type { SigningAlgorithm } from "../../vocabulary/algorithms.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { Secrets } from "../../vocabulary/secrets.ts";
import {
  buildKeyRing,
  type KeyRing,
  openKey,
  ownAlgorithm,
  type SigningKey,
  type VerifyingKey,
  verifyingKey,
} from "./key_ring.ts";
import { generateKey, KeysNeeded, type NewKey, takeFrom, type TakeKeys } from "./key_generation.ts";
import { openText, sealText } from "../../platform/text/sealed_text.ts";
import {
  findRetiredKey,
  insertKey,
  type KeyListing,
  type KeyState,
  listAlgorithms,
  listKeys,
  listUsableKeys,
  lockKeys,
  updateKeySeal,
  updateKeyState,
  type UsableKey,
} from "./key_store.ts";

export type { KeyListing, KeyState };

/** How many seconds verifiers may cache the key set. A new key is published at least this long before it signs. */
export const jwksMaxAgeSeconds = 300;

export type Keys = ReturnType<typeof createKeys>;

/**
 * Signing keys: created here, stored encrypted, cached in memory, and reloaded when the change feed reports a change.
 */
export function createKeys({ db, secrets, cacheValidity, sealed = () => {} }: {
  db: Database;
  secrets: Secrets;
  cacheValidity: CacheValidity;
  /** Called for an active key that cannot be decrypted here. */
  sealed?: (kid: string, cause: unknown) => void;
}) {
  const ring = createCachedValue(load, cacheValidity);
  const creating = new Map<SigningAlgorithm, Promise<void>>();
  let lastSigning: ReadonlyMap<SigningAlgorithm, SigningKey> = new Map(); // the last keys that were decrypted

  return {
    ensure,
    ensureAlgorithm,
    findRetired,
    list,
    rotate,
    retire,
    replaceLost,
    ring: ring.get,
    known: ring.peek,
    forget: ring.forget,
  };

  /**
   * Creates the first keys if there are none: one that signs, and the next one, so that verifiers know it long before
   * it signs. Of many replicas that try at once, one succeeds.
   *
   * @throws {UnknownSecret} when a key was encrypted with a secret that this installation does not have. Sentinel never
   * creates a key because it cannot decrypt the existing one.
   */
  async function ensure(): Promise<KeyRing> {
    const keys = await listUsableKeys(db);
    const stale = keys.some(({ secret_id }) => secret_id !== secrets.id);
    if (missingKeys(keys, await algorithms(db)).length > 0) await change(createMissing);
    if (stale) await change(reseal);
    return await ring.get();
  }

  /** As {@link ensure}, for an algorithm that nothing was signed with so far; returns the key that signs. */
  async function ensureAlgorithm(alg: SigningAlgorithm): Promise<SigningKey> {
    const known = (await ring.get()).signing.get(alg);
    if (known) return known;
    const created = creating.get(alg) ?? change((work) => createMissing(work, alg));
    creating.set(alg, created);
    await created.finally(() => creating.delete(alg));
    return (await ring.get()).signing.get(alg)!;
  }

  /** A key that retired at most 400 days ago. It is not published: only what clients send back to us may name it. */
  async function findRetired(kid: string): Promise<VerifyingKey | undefined> {
    const row = await findRetiredKey(db, kid);
    return row && await verifyingKey(row);
  }

  async function load(): Promise<KeyRing> {
    const rows = await listUsableKeys(db);
    const signing = new Map([...new Set(rows.map(({ alg }) => alg))].map((alg) => [alg, signingKey(rows, alg)]));
    const active = signing.get(ownAlgorithm);
    if (!active) throw new Error("no active signing key");
    lastSigning = signing;
    return await buildKeyRing(rows, active, signing);
  }

  /**
   * The active key. It cannot be decrypted if a replica with a newer secret encrypted it; then the previous signing
   * key, for as long as it verifies.
   *
   * @throws {Unavailable} when that key has retired: a key that no longer verifies must not sign.
   */
  function signingKey(rows: UsableKey[], alg: SigningAlgorithm): SigningKey {
    const last = lastSigning.get(alg);
    const active = rows.find((row) => row.alg === alg && row.state === "active");
    if (!active) throw new Error(`no active signing key for ${alg}`);
    if (active.kid === last?.kid) return { ...last, since: active.activated_at!.getTime() };
    try {
      return openKey(active, secrets);
    } catch (error) {
      if (!last) throw error;
      sealed(active.kid, error);
      if (rows.some(({ kid }) => kid === last.kid)) return last;
      throw new Unavailable("no signing key can be decrypted with SENTINEL_SECRET or SENTINEL_SECRET_PREVIOUS", {
        cause: error,
      });
    }
  }

  /**
   * Encrypts with the current secret what is still encrypted with the previous one, so that the previous one can be
   * removed.
   */
  async function reseal(work: KeyWork): Promise<void> {
    const { tx } = work;
    for (const { kid, private_key, secret_id } of await listUsableKeys(tx)) {
      if (secret_id === secrets.id) continue;
      const plain = openText(secrets.subkey("keys", secret_id), kid, private_key);
      await updateKeySeal(tx, kid, sealText(secrets.subkey("keys"), kid, plain), secrets.id);
      await record(work, "key.resealed", kid);
    }
  }

  /** All keys, including retired ones, oldest first, without private parts. */
  function list(): Promise<KeyListing[]> {
    return listKeys(db);
  }

  /**
   * Makes the next key sign and the active one only verify, and publishes a new next key: of one algorithm, or of all.
   * Retires keys whose tokens have all expired.
   *
   * @throws {Problem} `key_too_young` while verifiers may not know a next key yet, unless `force`; `forbidden`
   */
  async function rotate(
    { force = false, alg }: { force?: boolean; alg?: SigningAlgorithm | undefined } = {},
    actor: Actor = localActor,
  ): Promise<void> {
    await change(async (work) => {
      for (const each of alg ? [alg] : await algorithms(work.tx)) await rotateKeys(work, each, force);
    }, actor);
  }

  /**
   * Retires the key at once. The next key replaces an active one even if it is young, because a leaked key must not
   * stay.
   *
   * @throws {Problem} `not_found`, `forbidden`
   */
  async function retire(kid: string, actor: Actor = localActor): Promise<void> {
    await change(async (work) => {
      const { tx } = work;
      const key = (await listKeys(tx)).find((candidate) => candidate.kid === kid && candidate.state !== "retired");
      if (!key) throw new Problem("not_found", { detail: "There is no such key, or it is already retired." });
      if (key.state === "active") await rotateKeys(work, key.alg, true);
      await updateKeyState(tx, kid, "retired");
      await createMissing(work);
      await record(work, "key.retired", kid);
    }, actor);
  }

  /**
   * Retires every key that no secret of this installation decrypts, creates the missing ones, and records that the
   * secret was replaced. Returns the retired kids. Without such keys it changes nothing.
   */
  async function replaceLost(): Promise<string[]> {
    let lost: string[] = [];
    await change(async (work) => {
      const { tx } = work;
      const keys = await listUsableKeys(tx);
      lost = keys.filter(({ secret_id }) => !secrets.ids.includes(secret_id)).map(({ kid }) => kid);
      if (lost.length === 0) return;
      for (const kid of lost) {
        await updateKeyState(tx, kid, "retired");
        await record(work, "key.retired", kid);
      }
      await createMissing(work);
      const subject = { type: "installation", id: null } as const;
      await recordAudit(tx, {
        action: "secret.reset",
        ...localActor,
        subject,
        details: { keys: lost },
      });
    });
    return lost;
  }

  async function rotateKeys(work: KeyWork, alg: SigningAlgorithm, force: boolean): Promise<void> {
    const { tx } = work;
    const keys = (await listKeys(tx)).filter((key) => key.alg === alg);
    const next = keys.find(({ state }) => state === "next");
    const active = keys.find(({ state }) => state === "active");
    if (!next || !active) throw new Problem("not_found", { detail: `There are no ${alg} keys.` });
    if (!force && next.age_seconds < jwksMaxAgeSeconds) throw new Problem("key_too_young");
    await updateKeyState(tx, active.kid, "retiring");
    await updateKeyState(tx, next.kid, "active");
    await createMissing(work);
    await record(work, "key.rotated", next.kid);
    for (const { kid } of keys.filter(({ outlived }) => outlived)) {
      await updateKeyState(tx, kid, "retired");
      await record(work, "key.retired", kid);
    }
  }

  /** Creates the missing keys of every algorithm in use, and of `added`. The caller holds {@link lockKeys}. */
  async function createMissing(work: KeyWork, added: SigningAlgorithm = ownAlgorithm): Promise<void> {
    const { tx, take } = work;
    const wanted = new Set([...await algorithms(tx), added]);
    const missing = missingKeys(await listUsableKeys(tx), [...wanted]);
    for (const [index, key] of take(missing.map(({ alg }) => alg)).entries()) {
      await insertKey(tx, { ...key, state: missing[index]!.state });
      await record(work, "key.created", key.kid);
    }
  }

  /**
   * Does the deed under the lock. The keys that it takes are generated while no transaction is open, because an RSA key
   * takes 0.4 s; then the work is done again from its beginning.
   */
  async function change(deed: (work: KeyWork) => Promise<void>, actor: Actor = localActor): Promise<void> {
    const generated: NewKey[] = [];
    for (;;) {
      try {
        return await db.transaction(async (tx) => {
          tx.afterwards(ring.forget);
          await lockKeys(tx);
          await requireMay(tx, actor, "system:write");
          await deed({ tx, take: takeFrom([...generated]), actor });
        });
      } catch (error) {
        if (!(error instanceof KeysNeeded)) throw error;
        generated.push(...await Promise.all(error.algs.map((alg) => generateKey(alg, secrets))));
      }
    }
  }
}

/** What a change of keys works with, and who makes it. */
type KeyWork = { tx: Tx; take: TakeKeys; actor: Actor };

/** Our own algorithm, and every other one that ever had a key. */
async function algorithms(db: Db): Promise<SigningAlgorithm[]> {
  return [...new Set([ownAlgorithm, ...await listAlgorithms(db)])];
}

function missingKeys(keys: { alg: SigningAlgorithm; state: KeyState }[], wanted: SigningAlgorithm[]) {
  return wanted.flatMap((alg) =>
    (["active", "next"] as const).filter((state) => !keys.some((key) => key.alg === alg && key.state === state))
      .map((state) => ({ alg, state }))
  );
}

async function record({ tx, actor }: KeyWork, action: AuditAction, kid: string): Promise<void> {
  await recordAudit(tx, { action, ...actor, subject: { type: "key", id: kid } });
}
