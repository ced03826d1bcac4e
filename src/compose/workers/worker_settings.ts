import type { Settings } from "../../vocabulary/dictionary.ts";
import { mailModeOf } from "../../delivery/mail/mail_mode.ts";

type Issue = { setting: string; problem: string };

/** What the machine and the other settings must be like for several workers. */
export function workerIssues(settings: Settings, os: string = Deno.build.os): Issue[] {
  const { SENTINEL_WORKERS: wanted } = settings;
  const lacks = wanted === 1 || wanted === "auto" ? undefined : obstacle(settings, os);
  return lacks === undefined ? [] : [{ setting: "SENTINEL_WORKERS", problem: lacks }];
}

/** How many workers serve. `auto` is one for each core, where there can be several. */
export function workerCount(settings: Settings, os: string = Deno.build.os): number {
  const { SENTINEL_WORKERS: wanted } = settings;
  if (wanted !== "auto") return wanted;
  return obstacle(settings, os) === undefined ? navigator.hardwareConcurrency : 1;
}

function obstacle(settings: Settings, os: string): string | undefined {
  if (!settings.DATABASE_URL) return "must be 1 without DATABASE_URL: the embedded database serves one connection";
  if (mailModeOf(settings) === "mailbox") {
    return "must be 1 while mail is kept in memory, which workers do not share: set SENTINEL_MAIL to smtp or off";
  }
  return os === "linux"
    ? undefined
    : "must be 1 on this system: only Linux spreads the connections of a port over workers";
}

/** The settings of one worker: its share of what is limited for the process because it needs cores. */
export function settingsOfWorker(settings: Settings, index: number, count: number): Settings {
  const share = (total: number) => Math.floor(total / count) + (index < total % count ? 1 : 0);
  return {
    ...settings,
    SENTINEL_HASH_CONCURRENCY: Math.max(1, share(settings.SENTINEL_HASH_CONCURRENCY)),
    SENTINEL_HASH_QUEUE_MAX: share(settings.SENTINEL_HASH_QUEUE_MAX),
  };
}
