import { createHmac, randomBytes } from "node:crypto";

/** Attempts that others may join; those beyond are made alone. */
const sharedMax = 10_000;

/** Requests of one attempt that are recorded each; a crowd of them must not fill the audit log, for which nobody is limited. */
const recordedMax = 20;

/**
 * Makes equal attempts that are under way at once one attempt: it is counted once and costs one hash. What was asked is
 * remembered only as an HMAC, under a key that this process alone knows, and no longer than its first request takes.
 */
export function createSharedAttempts<Outcome>() {
  const key = randomBytes(32);
  const underWay = new Map<string, { outcome: Promise<Outcome>; requests: number }>();
  return { share };

  /**
   * Answers what comes of `attempt`, or of an equal one; joining ends when the answer of its first request is ready.
   * `answer` learns whether its request is to be recorded.
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
