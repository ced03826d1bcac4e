import { Buffer } from "node:buffer";
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import type { Database, Tx } from "../../platform/db/db.ts";
import type { Secrets } from "../../vocabulary/secrets.ts";
import { canonicalJson } from "../events/canonical_json.ts";
import type { Link } from "./chain.ts";
import { findHead, lockChain } from "./chain_store.ts";
import {
  type Checkpoint,
  findLastCheckpoint,
  findNow,
  insertCheckpoint,
  type StoredCheckpoint,
} from "./checkpoint_store.ts";

export type { Checkpoint };

/** A checkpoint is due after so many new events, or after so many seconds if there are new events. */
const eventsMax = 1_000;
const secondsMax = 3_600;

export type Checkpoints = ReturnType<typeof createCheckpoints>;

/** Signed statements about the chain. They prove most where no user of the database can change their copies. */
export function createCheckpoints({ db, secrets }: { db: Database; secrets: Secrets }) {
  const keys = secrets.ids.map((id) => keyOf(secrets.subkey("checkpoints", id)));
  const current = keyOf(secrets.subkey("checkpoints")), { publicKey } = current;
  const own = new Set(keys.map((key) => key.publicKey));

  return { make, makeIfDue, takeOver, handOver, own };

  /** Signs a checkpoint of all sealed events, or returns the last one if nothing is new; undefined without events. */
  async function make(): Promise<Checkpoint | undefined> {
    return await next((last, { seq }) => seq > last.checkpoint.seq);
  }

  async function makeIfDue(): Promise<void> {
    await next(({ checkpoint, age }, { seq }) =>
      seq - checkpoint.seq >= eventsMax || (seq > checkpoint.seq && age >= secondsMax)
    );
  }

  /** Goes on after a checkpoint of a lost secret, as the operator confirms; undefined if a known key signed it. */
  async function takeOver(): Promise<Checkpoint | undefined> {
    return await db.transaction(async (tx) => {
      await lockChain(tx);
      const last = await findLastCheckpoint(tx);
      const head = await findHead(tx);
      if (!head || !last || own.has(last.checkpoint.public_key)) return undefined;
      requireTrue(last);
      return await insert(tx, head, last.checkpoint);
    });
  }

  /** While both secrets are known, a new key confirms the last checkpoint of the previous key at once. */
  async function next(isDue: (last: StoredCheckpoint, head: Link) => boolean): Promise<Checkpoint | undefined> {
    return await db.transaction(async (tx) => {
      await lockChain(tx);
      const last = await findLastCheckpoint(tx);
      const head = await findHead(tx);
      if (!head) return last?.checkpoint;
      if (last && last.checkpoint.public_key === publicKey && !isDue(last, head)) return last.checkpoint;
      if (last) requireTrustworthy(last);
      return await insert(tx, head, last?.checkpoint);
    });
  }

  /** Refuses to follow a checkpoint that is signed with an unknown key or does not match the chain. */
  function requireTrustworthy(stored: StoredCheckpoint): void {
    requireTrue(stored, own.has(stored.checkpoint.public_key));
  }

  function requireTrue({ checkpoint, chain_hash }: StoredCheckpoint, isOwn = true): void {
    if (isOwn && isSigned(checkpoint) && chain_hash === checkpoint.hash) return;
    throw new Error(`audit checkpoint ${checkpoint.number} is invalid; run "sentinel audit verify"`);
  }

  async function insert(tx: Tx, head: Link, last: Checkpoint | undefined): Promise<Checkpoint> {
    const checkpoint = await signCheckpoint(tx, head, { last, key: current });
    await insertCheckpoint(tx, checkpoint);
    return checkpoint;
  }

  /**
   * The next checkpoint for a copy of this database under another secret, signed with that secret's key: it confirms
   * there all that is here. Undefined when nothing is sealed, or both have the same key.
   */
  async function handOver(tx: Tx, successor: Secrets): Promise<Checkpoint | undefined> {
    const key = keyOf(successor.subkey("checkpoints"));
    const last = await findLastCheckpoint(tx);
    const head = await findHead(tx);
    if (!head || last?.checkpoint.public_key === key.publicKey) return undefined;
    if (last) requireTrustworthy(last);
    return await signCheckpoint(tx, head, { last: last?.checkpoint, key });
  }
}

type Key = { privateKey: KeyObject; publicKey: string };

async function signCheckpoint(
  tx: Tx,
  { seq, hash }: Link,
  { last, key: { privateKey, publicKey } }: { last: Checkpoint | undefined; key: Key },
): Promise<Checkpoint> {
  const statement = {
    number: (last?.number ?? 0) + 1,
    seq,
    hash: hash.toHex(),
    created_at: await findNow(tx),
    previous: last ? checkpointDigest(last) : null,
    public_key: publicKey,
  };
  return { ...statement, signature: sign(null, Buffer.from(canonicalJson(statement)), privateKey).toHex() };
}

/** Whether the checkpoint is signed with its own public key. Whose key it is must be checked separately. */
export function isSigned({ signature, ...statement }: Checkpoint): boolean {
  const x = Buffer.from(statement.public_key, "hex").toString("base64url");
  try {
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" }); // RFC 8037 §2
    return verify(null, Buffer.from(canonicalJson(statement)), key, Buffer.from(signature, "hex"));
  } catch {
    return false; // not a point of the curve
  }
}

/** The digest of this checkpoint, which the next one contains. */
export function checkpointDigest(checkpoint: Checkpoint): string {
  return createHash("sha256").update(canonicalJson(checkpoint)).digest("hex");
}

/** The PKCS #8 encoding of an Ed25519 private key before its 32 bytes (RFC 8410 §7). */
const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");

function keyOf(seed: Uint8Array): Key {
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: "der", type: "pkcs8" });
  const { x } = createPublicKey(privateKey).export({ format: "jwk" });
  return { privateKey, publicKey: Buffer.from(x!, "base64url").toString("hex") };
}
