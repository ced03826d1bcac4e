import { UnstorableInput } from "../../platform/db/db_errors.ts";
import { ShareUsedUp } from "../../platform/db/shares.ts";
import { HashQueueFull } from "../../platform/hashing/hash_queue.ts";
import { Problem } from "../problems.ts";

/** The problem that answers this error. Undefined: it is a failure, which the log must have. */
export function expectedProblem(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (error instanceof HashQueueFull) return new Problem("overloaded", { cause: error });
  if (error instanceof UnstorableInput) return new Problem("invalid_request", { cause: error });
  if (error instanceof ShareUsedUp) return new Problem("too_many_at_once", { cause: error });
  return undefined;
}

/** Whether the answer to this error is a 4xx. */
export function isRefusal(error: unknown): boolean {
  const expected = expectedProblem(error);
  return expected !== undefined && expected.status < 500;
}
