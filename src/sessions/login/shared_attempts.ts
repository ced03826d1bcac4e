import { createHmac, randomBytes } from "node:crypto";

/** Attempts that others may join; those beyond are made alone. */
const sharedMax = 10_000;

/** Attempts at a password that are under way in this process. */
export type SharedAttempts<Outcome> = ReturnType<typeof createSharedAttempts<Outcome>>;

/**
 * Makes equal attempts that are under way at once one attempt: it is counted once and costs one hash. What was asked is
 * remembered only as an HMAC, under a key that this process alone knows, and no longer than its first request takes.
 */
export function createSharedAttempts<Outcome>() {
  const key = randomBytes(32);
  const underWay = new Map<string, Promise<Outcome>>();
  return { share };

  /** Answers what comes of `attempt`, or of an equal one; joining ends when the answer of its first request is ready. */
  async function share<Answer>(
    asked: (string | null)[],
    attempt: () => Promise<Outcome>,
    answer: (outcome: Outcome) => Promise<Answer>,
  ): Promise<Answer> {
    const id = createHmac("sha256", key).update(JSON.stringify(asked)).digest("base64");
    const joined = underWay.get(id);
    if (joined || underWay.size >= sharedMax) return await answer(await (joined ?? attempt()));
    const begun = attempt();
    underWay.set(id, begun);
    try {
      return await answer(await begun);
    } finally {
      underWay.delete(id);
    }
  }
}
