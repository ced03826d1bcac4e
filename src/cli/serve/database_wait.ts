import type { Settings } from "../../vocabulary/dictionary.ts";
import { Unavailable } from "../../platform/db/db_errors.ts";
import type { Log } from "../../platform/logger.ts";
import { pause } from "../../platform/timers/pause.ts";
import { refusalOf } from "../database_refusal.ts";
import { sentencesOf } from "../failure.ts";

const backOffMs = { first: 100, max: 2_000 };

/** Undefined when `stopped` resolves first. @throws {DatabaseRefused} at once when waiting cannot help. */
export async function whenDatabaseAnswers<T>(
  work: () => Promise<T>,
  { settings, log, stopped }: { settings: Settings; log: Log; stopped: Promise<unknown> },
): Promise<T | undefined> {
  const deadline = performance.now() + settings.SENTINEL_DB_WAIT_SECONDS * 1000;
  for (let pauseMs = backOffMs.first;; pauseMs = Math.min(pauseMs * 2, backOffMs.max)) {
    try {
      return await work();
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal) throw refusal;
      if (!(error instanceof Unavailable)) throw error;
      const why = sentencesOf(error).join(" ");
      if (performance.now() > deadline) {
        throw new Error(`The database did not answer within ${settings.SENTINEL_DB_WAIT_SECONDS} s. ${why}`, {
          cause: error,
        });
      }
      log.warn("waiting for the database", { cause: `${why} ${driversWords(error)}` });
      if (await stoppedWithin(stopped, pauseMs)) return undefined;
    }
  }
}

function driversWords(error: Error): string {
  return error.cause instanceof Error ? driversWords(error.cause) : error.message;
}

async function stoppedWithin(stopped: Promise<unknown>, ms: number): Promise<boolean> {
  const waiting = new AbortController();
  const first = await Promise.race([stopped.then(() => true), pause(ms, waiting.signal).then(() => false)]);
  waiting.abort();
  return first;
}
