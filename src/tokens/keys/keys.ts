import { localActor } from "../../vocabulary/actor.ts";
import { createPrivateKey, type KeyObject } from "node:crypto";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JSONWebKeySet } from "jose";
import { recordAudit } from "../../audit/events/audit.ts";
import type { AuditAction } from "../../vocabulary/dictionary.ts";
import type { Database, Db, Tx } from "../../platform/db/db.ts";
import { Unavailable } from "../../platform/db/db_errors.ts";
import { createCachedValue } from "../../platform/cache/cached_value.ts";
import type { CacheValidity } from "../../platform/cache/cache_validity.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { Secrets } from "../../vocabulary/secrets.ts";
import { openPrivateKey, sealPrivateKey } from "./key_seal.ts";
import {
  insertKey,
  type KeyListing,
  type KeyRow,
  type KeyState,
  listKeys,
  listUsableKeys,
  lockKeys,
  updateKeySeal,
  updateKeyState,
  type UsableKey,
} from "./key_store.ts";

/** Seconds for which verifiers may keep the key set; a new key is published at least this long before it signs. */
export const jwksMaxAgeSeconds = 300;

/** The only algorithm that signs and verifies here (RFC 8037 §3.1). */
export const signingAlgorithm = "EdDSA";

/** `since` in milliseconds since the Unix epoch. */
type SigningKey = { kid: string; privateKey: KeyObject; since: number };

/** Keys as they are now: one that signs, and by kid all that verify, which are those that are published. */
export type KeyRing = {
  active: SigningKey;
  verifying: Map<string, CryptoKey>;
  jwks: JSONWebKeySet;
};

export type Keys = ReturnType<typeof createKeys>;

/** Signing keys: generated here, stored encrypted, held in memory, and read again when the change feed says so. */
export function createKeys({ db, secrets, cacheValidity, sealed = () => {} }: {
  db: Database;
  secrets: Secrets;
  cacheValidity: CacheValidity;
  /** Told of an active key that cannot be opened here. */
  sealed?: (kid: string, cause: unknown) => void;
}) {
  const ring = createCachedValue(load, cacheValidity);
  let signing: SigningKey | undefined; // the last that was opened

  return { ensure, list, rotate, retire, replaceLost, ring: ring.get, known: ring.peek, forget: ring.forget };

  /**
   * Makes the first keys where there are none: one to sign with, and the next one, so that verifiers know it long
   * before it signs. Of many replicas that try at once, one succeeds.
   *
   * @throws {UnknownSecret} when a key was encrypted under a secret that this installation does not have: Sentinel
   * never signs with a key that it made because it could not read the real one.
   */
  async function ensure(): Promise<KeyRing> {
    const keys = await listUsableKeys(db);
    const stale = keys.some(({ secret_id }) => secret_id !== secrets.id);
    if (missingStates(keys).length > 0) await change(createMissing);
    if (stale) await change(reseal);
    return await ring.get();
  }

  async function load(): Promise<KeyRing> {
    const rows = await listUsableKeys(db);
    signing = signingKey(rows);
    return await buildKeyRing(rows, signing);
  }

  /**
   * The active key; where it cannot be opened, as a replica ahead of this one has sealed it under a secret that is not
   * known here yet, the one that signed until now, for as long as it verifies.
   *
   * @throws {Unavailable} when that has retired: what no longer verifies is never signed with.
   */
  function signingKey(rows: UsableKey[]): SigningKey {
    const active = rows.find(({ state }) => state === "active");
    if (!active) throw new Error("no active signing key");
    if (active.kid === signing?.kid) return { ...signing, since: active.activated_at!.getTime() };
    try {
      return openKey(active, secrets);
    } catch (error) {
      if (!signing) throw error;
      sealed(active.kid, error);
      if (rows.some(({ kid }) => kid === signing!.kid)) return signing;
      throw new Unavailable("no signing key that can be opened", { cause: error });
    }
  }

  /** Encrypts under the current secret what is still under the previous one, so that that one can be dropped. */
  async function reseal(tx: Tx): Promise<void> {
    for (const { kid, private_key, secret_id } of await listUsableKeys(tx)) {
      if (secret_id === secrets.id) continue;
      const plain = openPrivateKey(secrets.subkey("keys", secret_id), kid, private_key);
      await updateKeySeal(tx, kid, sealPrivateKey(secrets.subkey("keys"), kid, plain), secrets.id);
      await record(tx, "key.resealed", kid);
    }
  }

  /** Every key there ever was, oldest first; no private part. */
  function list(): Promise<KeyListing[]> {
    return listKeys(db);
  }

  /**
   * The next key signs from now on, the active one only verifies, and a new next one is published. Keys that have
   * outlived every token of theirs verify no more.
   *
   * @throws {Problem} `key_too_young` while verifiers may not know the next one yet, unless `force`.
   */
  async function rotate({ force = false }: { force?: boolean } = {}): Promise<void> {
    await change((tx) => rotateKeys(tx, force));
  }

  /**
   * The key verifies nothing any more, at once. The active one is replaced by the next, however young that is: a key
   * that leaked must not wait (T146).
   *
   * @throws {Problem} `not_found`
   */
  async function retire(kid: string): Promise<void> {
    await change(async (tx) => {
      const key = (await listKeys(tx)).find((candidate) => candidate.kid === kid && candidate.state !== "retired");
      if (!key) throw new Problem("not_found", { detail: "There is no such key that is not retired already." });
      if (key.state === "active") await rotateKeys(tx, true);
      await updateKeyState(tx, kid, "retired");
      await createMissing(tx);
      await record(tx, "key.retired", kid);
    });
  }

  /**
   * Retires every key that no secret of this installation opens, creates those that are then missing, and records that
   * the secret was replaced. Returns the retired kids; where there is none it changes nothing.
   */
  async function replaceLost(): Promise<string[]> {
    let lost: string[] = [];
    await change(async (tx) => {
      const keys = await listUsableKeys(tx);
      lost = keys.filter(({ secret_id }) => !secrets.ids.includes(secret_id)).map(({ kid }) => kid);
      if (lost.length === 0) return;
      for (const kid of lost) {
        await updateKeyState(tx, kid, "retired");
        await record(tx, "key.retired", kid);
      }
      await createMissing(tx);
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

  async function rotateKeys(tx: Tx, force: boolean): Promise<void> {
    const keys = await listKeys(tx);
    const next = keys.find(({ state }) => state === "next")!;
    const active = keys.find(({ state }) => state === "active")!;
    if (!force && next.age_seconds < jwksMaxAgeSeconds) throw new Problem("key_too_young");
    await updateKeyState(tx, active.kid, "retiring");
    await updateKeyState(tx, next.kid, "active");
    await createMissing(tx);
    await record(tx, "key.rotated", next.kid);
    for (const { kid } of keys.filter(({ outlived }) => outlived)) {
      await updateKeyState(tx, kid, "retired");
      await record(tx, "key.retired", kid);
    }
  }

  /** Makes the keys that are missing; the caller holds {@link lockKeys}. */
  async function createMissing(tx: Tx): Promise<void> {
    for (const state of missingStates(await listUsableKeys(tx))) {
      const key = await generateKey(secrets);
      await insertKey(tx, { ...key, state });
      await record(tx, "key.created", key.kid);
    }
  }

  async function change(work: (tx: Tx) => Promise<void>): Promise<void> {
    await db.transaction(async (tx) => {
      tx.afterwards(ring.forget);
      await lockKeys(tx);
      await work(tx);
    });
  }
}

function missingStates(keys: { state: KeyState }[]): ("active" | "next")[] {
  return (["active", "next"] as const).filter((wanted) => keys.every(({ state }) => state !== wanted));
}

async function record(tx: Db, action: AuditAction, kid: string): Promise<void> {
  await recordAudit(tx, { action, ...localActor, subject: { type: "key", id: kid } });
}

async function generateKey(secrets: Secrets): Promise<Omit<KeyRow, "state">> {
  const { publicKey, privateKey } = await generateKeyPair(signingAlgorithm, { crv: "Ed25519", extractable: true });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk); // RFC 7638
  const plain = JSON.stringify(await exportJWK(privateKey));
  return {
    kid,
    public_jwk: { ...jwk, kid, alg: signingAlgorithm, use: "sig" },
    private_key: sealPrivateKey(secrets.subkey("keys"), kid, plain),
    secret_id: secrets.id,
  };
}

function openKey({ kid, private_key, secret_id, activated_at }: UsableKey, secrets: Secrets): SigningKey {
  const key = JSON.parse(openPrivateKey(secrets.subkey("keys", secret_id), kid, private_key));
  return { kid, privateKey: createPrivateKey({ key, format: "jwk" }), since: activated_at!.getTime() };
}

async function buildKeyRing(rows: UsableKey[], active: SigningKey): Promise<KeyRing> {
  // The next one too: another replica may have let it sign a moment ago.
  const publicKeys = rows.map(async ({ kid, public_jwk }) =>
    [kid, await importJWK(public_jwk, signingAlgorithm) as CryptoKey] as const
  );
  return {
    active,
    verifying: new Map(await Promise.all(publicKeys)),
    jwks: { keys: rows.map(({ public_jwk }) => public_jwk) },
  };
}
