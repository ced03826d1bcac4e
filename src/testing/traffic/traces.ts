import { setImmediate } from "node:timers";
import type { Sentinel } from "../harness.ts";
import { until } from "../servers/process.ts";

/** Rows that an act with consequences would add. */
export async function rowCounts({ db }: Pick<Sentinel, "db">): Promise<Record<string, number>> {
  const tables = ["users", "grants", "sessions", "api_keys", "secrets", "audit_events", "signing_keys"];
  const [row] = await db.query<Record<string, number>>(
    "count_rows",
    `select ${tables.map((table) => `(select count(*)::int from ${table}) as ${table}`).join(", ")}`,
  );
  return row!;
}

/** Resolves once memory may be trusted, after whatever was due to end that trust has had its turn. */
export async function whenTrusted({ feed, db }: Pick<Sentinel, "feed" | "db">): Promise<void> {
  await until("memory is trusted", async () => {
    await db.query("count_nothing", "select 1");
    return feed.trusted;
  });
}

/** Lets everything else have its turn, so that a long loop does not silence the heartbeat. */
export const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
