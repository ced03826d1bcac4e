import { randomBytes } from "node:crypto";
import { isIP } from "node:net";
import { v7 as uuidv7 } from "uuid";
import { recordAudit } from "../../audit/events/audit.ts";
import type { Mails } from "../../delivery/mail/mails.ts";
import type { Db, Tx } from "../../platform/db/db.ts";
import type { Logger } from "../../platform/logger.ts";
import { isLoopback } from "../../platform/network.ts";
import type { Client } from "../../vocabulary/actor.ts";
import { Problem, refuseOn } from "../../vocabulary/problems.ts";
import { type Asserted, verifyAssertion } from "./assertion.ts";
import { verifyAttestation } from "./attestation.ts";
import { CeremonyFailed } from "./ceremony.ts";
import { algorithms } from "./cose_key.ts";
import type {
  PasskeyAssertion,
  PasskeyAttestation,
  PasskeyCreationOptions,
  PasskeyRequestOptions,
} from "../../vocabulary/passkey_json.ts";
import {
  deletePasskeys,
  findOtherRpId,
  findPasskeyKey,
  insertPasskey,
  listPasskeyDescriptors,
  listPasskeys,
  lockPasskeys,
  type PasskeyDescriptor,
  type PasskeyKey,
  type PasskeyRow,
  updatePasskeyName,
  updatePasskeysUsed,
  updatePasskeyUsed,
} from "./passkey_store.ts";
import { userHandle, userOfHandle } from "./user_handle.ts";

export type { PasskeyAssertion, PasskeyAttestation, PasskeyCreationOptions, PasskeyRequestOptions, PasskeyRow };

export type { PasskeyKey };

/** A signature of the challenge in base64url, or of any of several, and for whom it must be, if that is known. */
export type PasskeyQuestion = {
  assertion: PasskeyAssertion;
  challenge: string | readonly string[];
  userId?: string | undefined;
};

/** A passkey that has signed the challenge. `uv`: the authenticator verified the user, by a PIN or a fingerprint. */
export type SignedPasskey = Asserted & { passkeyId: string; userId: string };

/** `amr`: RFC 8176 §2, with `user` for a user whom the authenticator verified. */
export type ProvedPasskey = { userId: string; passkeyId: string; uv: boolean; amr: string[] };

/** `userId`: whose passkey it was, where it is one of Sentinel's. `cause` is for the log. */
export type RefusedPasskey = { refused: true; userId: string | undefined; cause: unknown };

/** The most passkeys of one user. */
const perUserMax = 20;

/** 256 random bits (WebAuthn §13.4.3 asks for 128). */
const challengeSizeBytes = 32;

/** Milliseconds that a browser leaves the user: the life of a ticket. */
const timeout = 300_000;

export type Passkeys = ReturnType<typeof createPasskeys>;

/** Passkeys of users (W3C WebAuthn Level 3), which are asked for on pages of one origin. */
export function createPasskeys({ mails, publicUrl, rpId = new URL(publicUrl).hostname, name: rpName, regressed }: {
  mails: Mails;
  publicUrl: string;
  /** The domain that passkeys are for: the host of the public URL, or a parent of it. */
  rpId?: string | undefined;
  /** How authenticators name this service. */
  name: string;
  /** Called when a counter has not risen. */
  regressed: () => void;
}) {
  const party = { origin: new URL(publicUrl).origin, rpId };
  const isAvailable = mayHavePasskeys(publicUrl);
  return {
    isAvailable,
    creationOptions,
    registerIn,
    requestOptions,
    descriptorsOf,
    verify,
    useIn,
    lockUnregressedIn,
    useUnregressedIn,
    verifyIn,
    list,
    rename,
    removeIn,
    warnOfForeign,
  };

  /**
   * What a page passes to `navigator.credentials.create`. An authenticator that can keep the passkey does, so that the
   * user signs in with it alone; another one makes a second factor (WebAuthn §5.4.4). None makes a second one of a
   * user.
   */
  async function creationOptions(
    db: Db,
    { id, label, displayName }: { id: string; label: string; displayName: string },
  ): Promise<PasskeyCreationOptions> {
    const known = await listPasskeyDescriptors(db, id, rpId);
    return {
      challenge: newChallenge(),
      rp: { id: rpId, name: rpName },
      user: { id: userHandle(id), name: label, displayName },
      pubKeyCredParams: algorithms.map((alg) => ({ alg, type: "public-key" })),
      timeout,
      attestation: "none",
      excludeCredentials: known.map(descriptor),
      authenticatorSelection: { residentKey: "preferred", userVerification: "preferred" },
    };
  }

  /**
   * Stores a new passkey of a user whom the transaction has locked. Without a name it gets one that is free.
   *
   * @throws {Problem} `passkey_refused`, `passkey_taken`, `factor_name_taken`, `too_many_factors`
   */
  async function registerIn(
    tx: Tx,
    userId: string,
    { response, name, challenge }: { response: PasskeyAttestation; name?: string | undefined; challenge: string },
  ): Promise<{ id: string; name: string; uv: boolean }> {
    const names = (await listPasskeys(tx, userId)).map((passkey) => passkey.name);
    if (names.length >= perUserMax) throw new Problem("too_many_factors");
    if (name !== undefined && names.includes(name)) throw new Problem("factor_name_taken");
    const { uv, ...made } = await verifyAttestation(response, challenge, party).catch((cause) => {
      throw cause instanceof CeremonyFailed ? new Problem("passkey_refused", { cause }) : cause;
    });
    const passkey = { ...made, id: uuidv7(), user_id: userId, name: name ?? freeName(names) };
    await insertPasskey(tx, passkey).catch(refuseOn({ passkeys_credential_id_key: "passkey_taken" }));
    return { id: passkey.id, name: passkey.name, uv };
  }

  /**
   * What a page passes to `navigator.credentials.get`: any passkey that the authenticator has for this service, with
   * the user verified, or one of those listed. A new challenge unless one is given.
   */
  function requestOptions(challenge = newChallenge(), allow: PasskeyDescriptor[] = []): PasskeyRequestOptions {
    const userVerification = allow.length === 0 ? "required" : "preferred";
    return { challenge, rpId, timeout, userVerification, allowCredentials: allow.map(descriptor) };
  }

  /** The user's passkeys that work here, for {@link requestOptions}. */
  function descriptorsOf(db: Db, userId: string): Promise<PasskeyDescriptor[]> {
    return listPasskeyDescriptors(db, userId, rpId);
  }

  /**
   * Judges a signature by the passkey with the {@link credentialIdOf} the assertion. Without `userId` the authenticator
   * must say whose passkey it is, and be right.
   */
  async function verify(
    key: PasskeyKey | undefined,
    { assertion, challenge, userId }: PasskeyQuestion,
  ): Promise<SignedPasskey | RefusedPasskey> {
    if (!key) return refusal(undefined, "no such passkey");
    const { userHandle: handle } = assertion.response;
    const said = handle ? userOfHandle(handle) : userId;
    if (said !== key.user_id || (userId ?? said) !== key.user_id) return refusal(key.user_id, "of another user");
    try {
      const asserted = await verifyAssertion(assertion, challenge, party, key);
      return { ...asserted, passkeyId: key.id, userId: key.user_id };
    } catch (error) {
      if (error instanceof CeremonyFailed) return { refused: true, userId: key.user_id, cause: error };
      throw error;
    }
  }

  /**
   * Notes a use; undefined if the passkey is gone. A counter that has not risen may mean that the key was copied, or
   * that the authenticator was restored: it is recorded and the user is told, and the passkey still counts. Passkeys
   * that are on several devices have no counter.
   */
  async function useIn(tx: Tx, signed: SignedPasskey, client: Client): Promise<ProvedPasskey | undefined> {
    const { userId, passkeyId, uv } = signed;
    const used = await updatePasskeyUsed(tx, passkeyId, signed);
    if (!used) return undefined;
    if (used.regressed) await reportRegressed(tx, signed, used.name, client);
    return { userId, passkeyId, uv, amr: uv ? ["pop", "user"] : ["pop"] };
  }

  /** Locks those of the passkeys that are not locked, are there, and whose counter has risen; returns their ids. */
  async function lockUnregressedIn(tx: Tx, signed: SignedPasskey[]): Promise<Set<string>> {
    return new Set(await lockPasskeys(tx, signed));
  }

  /** As {@link useIn}, of passkeys that {@link lockUnregressedIn} has returned. */
  async function useUnregressedIn(tx: Tx, signed: SignedPasskey[]): Promise<void> {
    await updatePasskeysUsed(tx, signed);
  }

  async function reportRegressed(tx: Tx, { userId, passkeyId }: SignedPasskey, name: string, client: Client) {
    regressed();
    await recordAudit(tx, {
      action: "passkey.counter_regressed",
      actor_id: userId,
      client,
      subject: { type: "user", id: userId },
      details: { factor: passkeyId },
      names: { name },
    });
    await mails.notify(tx, userId, "passkey_counter_regressed", client, { factor: name });
  }

  /** Finds the passkey, {@link verify} and {@link useIn} in one transaction. */
  async function verifyIn(
    tx: Tx,
    question: PasskeyQuestion & { client: Client },
  ): Promise<ProvedPasskey | undefined> {
    const key = await findPasskeyKey(tx, credentialIdOf(question.assertion));
    const signed = await verify(key, question);
    return "refused" in signed ? undefined : await useIn(tx, signed, question.client);
  }

  /** The user's passkeys, oldest first. */
  function list(db: Db, userId: string): Promise<PasskeyRow[]> {
    return listPasskeys(db, userId);
  }

  /** @throws {Problem} `not_found`, `factor_name_taken` */
  async function rename(db: Db, userId: string, id: string, name: string): Promise<void> {
    const renamed = await updatePasskeyName(db, userId, id, name)
      .catch(refuseOn({ passkeys_name_key: "factor_name_taken" }));
    if (!renamed) throw new Problem("not_found", { detail: "There is no such passkey." });
  }

  /** Deletes one passkey of the user, or all. */
  async function removeIn(tx: Tx, userId: string, id: string | null): Promise<{ id: string; name: string }[]> {
    return await deletePasskeys(tx, userId, id);
  }

  /** Warns of passkeys that do not work here, as they are for another domain. */
  async function warnOfForeign(db: Db, log: Pick<Logger, "warn">): Promise<void> {
    const other = await findOtherRpId(db, rpId);
    if (other === undefined) return;
    log.warn("passkeys for another domain do not work: set SENTINEL_PASSKEY_RP_ID", {
      rp_id: rpId,
      other_rp_id: other,
    });
  }
}

/** Browsers have passkeys for domains, not for addresses, and beside this machine's only over TLS (WebAuthn §5.1.2). */
function mayHavePasskeys(publicUrl: string): boolean {
  const { protocol, hostname } = new URL(publicUrl);
  return isIP(hostname.replace(/^\[|\]$/g, "")) === 0 && (protocol === "https:" || isLoopback(hostname));
}

/** What an authenticator signs, as base64url. */
export function newChallenge(): string {
  return randomBytes(challengeSizeBytes).toString("base64url");
}

/** What the authenticator calls the passkey that signed. */
export function credentialIdOf({ id }: PasskeyAssertion): Uint8Array {
  return Buffer.from(id, "base64url");
}

function refusal(userId: string | undefined, reason: string): RefusedPasskey {
  return { refused: true, userId, cause: new CeremonyFailed(reason) };
}

function descriptor({ credential_id, transports }: PasskeyDescriptor) {
  return { id: Buffer.from(credential_id).toString("base64url"), type: "public-key" as const, transports };
}

/** `Passkey`, `Passkey 2`, `Passkey 3` … */
function freeName(names: string[]): string {
  for (let number = 2, name = "Passkey";; number++) {
    if (!names.includes(name)) return name;
    name = `Passkey ${number}`;
  }
}
