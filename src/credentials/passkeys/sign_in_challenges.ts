import { createHmac } from "node:crypto";
import type { Clock } from "../../platform/clock.ts";
import type { Tx } from "../../platform/db/db.ts";
import { uuidAt } from "../../platform/text/uuid_at.ts";
import type { Secrets } from "../../vocabulary/secrets.ts";
import { spendTickets } from "../tickets/tickets.ts";

/** Milliseconds until a challenge must be answered. */
const ttlMs = 300_000;

export type SignInChallenges = ReturnType<typeof createSignInChallenges>;

/**
 * Challenges for whoever wants to sign in. Anyone may ask for as many as they like, so nothing is stored of them: each
 * is a MAC of its id, which says when it was issued. Of those that were answered the ids are kept until they expire.
 */
export function createSignInChallenges({ secrets, clock }: { secrets: Secrets; clock: Clock }) {
  return { issue, find, spendIn, spendAllIn };

  /** `browser` is the secret of the only browser that may answer. */
  function issue(browser?: string): { id: string; challenge: string } {
    const id = uuidAt(Math.floor(clock.now()));
    return { id, challenge: challengeOf(id, browser, secrets.id) };
  }

  /** The challenge with this id, under each secret of the installation; undefined once it has expired. */
  function find(id: string, browser?: string): string[] | undefined {
    const issuedAt = parseInt(id.replace("-", "").slice(0, 12), 16);
    if (clock.now() - issuedAt >= ttlMs) return undefined;
    return secrets.ids.map((secretId) => challengeOf(id, browser, secretId));
  }

  /** Uses up the challenge; false if it was used before, at any replica. */
  async function spendIn(tx: Tx, id: string): Promise<boolean> {
    return (await spendAllIn(tx, [id])).length > 0;
  }

  /** As {@link spendIn}, of each of these; returns those that were not used before. */
  async function spendAllIn(tx: Tx, ids: string[]): Promise<string[]> {
    return await spendTickets(tx, "passkey", ids, ttlMs / 1_000);
  }

  function challengeOf(id: string, browser: string | undefined, secretId: string): string {
    const text = JSON.stringify([id.toLowerCase(), browser ?? null]);
    return createHmac("sha256", secrets.subkey("passkey", secretId)).update(text).digest("base64url");
  }
}
