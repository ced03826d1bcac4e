import { setImmediate } from "node:timers";
import type { Sentinel } from "../harness.ts";
import { until } from "../servers/process.ts";

/** The number of rows in the tables that any change would add to. */
export async function rowCounts({ db }: Pick<Sentinel, "db">): Promise<Record<string, number>> {
  const tables = ["users", "grants", "sessions", "api_keys", "secrets", "clients", "api_resources"]
    .concat(["audit_events", "signing_keys"]);
  const [row] = await db.query<Record<string, number>>(
    "count_rows",
    `select ${tables.map((table) => `(select count(*)::int from ${table}) as ${table}`).join(", ")}`,
  );
  return row!;
}

/** Resolves once the caches are valid, and pending events that would invalidate them were handled. */
export async function whenTrusted({ feed, db }: Pick<Sentinel, "feed" | "db">): Promise<void> {
  await until("memory is trusted", async () => {
    await db.query("count_nothing", "select 1");
    return feed.trusted;
  });
}

/** Lets other work run, so that a long loop does not delay the heartbeat. */
export const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
