import type { Pages } from "./list_page.ts";
import type { Visits } from "../pages/visit.ts";
import type { Instruments, SettingLine, Settings } from "../../vocabulary/dictionary.ts";
import type { CacheValidity } from "../../platform/cache/cache_validity.ts";
import type { ChangeFeedState } from "../../platform/change_feed/change_feed.ts";
import type { JobRuns } from "../../platform/timers/job_runs.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/db.ts";
import type { Hashing } from "../../platform/hashing/hashing.ts";
import type { Logger } from "../../platform/logger.ts";
import type { Outbound } from "../../platform/outbound.ts";
import type { Siblings } from "../../platform/workers/siblings.ts";
import type { Secrets } from "../../vocabulary/secrets.ts";

/** What every feature stands on. */
export interface Foundation {
  /** The version of this build. */
  version: string;
  settings: Settings;
  db: Database;
  hashing: Hashing;
  secrets: Secrets;
  outbound: Outbound;
  clock: Clock;
  /** Milliseconds from any origin, never going back. */
  monotonic: () => number;
  /** How long what memory holds may be believed. */
  cacheValidity: CacheValidity;
  /** What is heard of changes on this and other replicas. */
  feed: ChangeFeedState;
  jobRuns: JobRuns;
  /** The other workers of this process. */
  siblings: Siblings;
  /** Each setting as it is in force, without secrets; empty in a process that serves nobody. */
  configuration: readonly SettingLine[];
  log: Logger;
  instruments: Instruments;
  pages: Pages;
  visits: Visits;
  migrations: readonly { name: string }[];
  describe: () => object;
}
