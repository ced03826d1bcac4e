import { isRefusal } from "../../vocabulary/refusals/expected_problem.ts";
import type { CodeExchange } from "./code_exchange.ts";

/** Whether the client got an answer, which may be a refusal, or a 5xx. */
type ExchangeResult = "answered" | "failed";

type Durations = { with(labels: { result: ExchangeResult }): { observe(seconds: number): void } };

/**
 * Measures each exchange of a code, from the authentication of its client on: the keys of a client may come from a slow
 * server of its own.
 */
export function timedExchange(
  { exchange }: CodeExchange,
  { monotonic, durations }: { monotonic: () => number; durations: Durations },
): CodeExchange {
  return {
    async exchange(...args) {
      const startedMs = monotonic();
      let result: ExchangeResult = "answered";
      try {
        return await exchange(...args);
      } catch (error) {
        if (!isRefusal(error)) result = "failed";
        throw error;
      } finally {
        durations.with({ result }).observe((monotonic() - startedMs) / 1000);
      }
    },
  };
}
