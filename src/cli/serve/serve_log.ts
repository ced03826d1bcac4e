import { createLogger, type Logger } from "../../platform/logger.ts";
import type { Tracing } from "../../platform/tracing.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";

/** The log of a worker, which also has what no code catches. */
export function openServeLog(
  settings: Settings,
  { tracing, write }: { tracing: Tracing | undefined; write: (bytes: Uint8Array) => Promise<unknown> },
): Logger {
  const format = settings.SENTINEL_LOG_FORMAT ?? (Deno.stdout.isTerminal() ? "pretty" : "json");
  const log = createLogger({ level: settings.SENTINEL_LOG_LEVEL, format, write, traceId: tracing?.traceId });
  survive(log);
  return log;
}

/** Logs what was not caught and continues to serve: an uncaught error is a bug, but it has authorized nothing. */
function survive(log: Logger): void {
  const words = (error: unknown) => ({ cause: error instanceof Error ? error.stack : String(error) });
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    log.error("unhandled rejection", words(event.reason));
  });
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    log.error("uncaught error", words(event.error));
  });
}
