import { BudgetSpent } from "../../platform/db/deadline.ts";
import { Unavailable } from "../../platform/db/db_errors.ts";
import type { Log } from "../../platform/logger.ts";
import { expectedProblem } from "../../vocabulary/refusals/expected_problem.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { BodyBrokeOff } from "./body.ts";
import type { RequestContext } from "./request_context.ts";

/** An unexpected error becomes `internal`, which reveals nothing to the client; the log has the cause. */
export function asProblem(error: unknown, call: RequestContext, log: Log): Problem {
  const expected = expectedProblem(error);
  if (expected) return expected;
  const facts = { request_id: call.id, route: call.route };
  if (error instanceof Unavailable || error instanceof BudgetSpent) {
    log.warn("unavailable", { ...facts, cause: error.message });
    return new Problem("unavailable", { cause: error });
  }
  log.error("unexpected error", { ...facts, cause: error instanceof Error ? error.stack : String(error) });
  return new Problem("internal", { cause: error });
}

/** For a body that could not be read. Where the runtime aborted it to stop, the request may be sent again unchanged. */
export function onBodyFailure(isStopping: () => boolean): (cause: unknown) => never {
  return (cause) => {
    if (!(cause instanceof BodyBrokeOff) || !isStopping()) throw cause;
    throw new Problem("unavailable", { detail: "This replica is shutting down. Send the request again.", cause });
  };
}
