import { createHmac, randomBytes } from "node:crypto";

/** The most attempts that others can join. Beyond it, each request is an attempt of its own. */
const sharedMax = 10_000;

/**
 * The most requests of one attempt that are recorded one by one: a flood of equal requests must not fill the audit log.
 */
const recordedMax = 20;

/**
 * Joins equal attempts that are in progress into one, which is counted once and costs one hash. An attempt is
 * remembered only as an HMAC, under a key that only this process knows, and only until its first request is answered.
 */
export function createSharedAttempts<Outcome>() {
  const key = randomBytes(32);
  const underWay = new Map<string, { outcome: Promise<Outcome>; requests: number }>();
  return { share };

  /**
   * Returns the outcome of `attempt` or of an equal one. Requests can join until the answer of the first request is
   * ready. `answer` learns whether its request should be recorded.
   */
  async function share<Answer>(
    asked: (string | null)[],
    attempt: () => Promise<Outcome>,
    answer: (outcome: Outcome, isRecorded: boolean) => Promise<Answer>,
  ): Promise<Answer> {
    const id = createHmac("sha256", key).update(JSON.stringify(asked)).digest("base64");
    const joined = underWay.get(id);
    if (joined) {
      const isRecorded = ++joined.requests <= recordedMax;
      return await answer(await joined.outcome, isRecorded);
    }
    if (underWay.size >= sharedMax) return await answer(await attempt(), true);
    const begun = { outcome: attempt(), requests: 1 };
    underWay.set(id, begun);
    try {
      return await answer(await begun.outcome, true);
    } finally {
      underWay.delete(id);
    }
  }
}
