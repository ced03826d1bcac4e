import { migrations } from "../../compose/migrations.ts";
import { createDatabase } from "../../platform/db/db.ts";
import { startEmbedded } from "../../platform/embedded/embedded.ts";
import { createLogger } from "../../platform/logger.ts";
import { migrate } from "../../platform/db/migrate.ts";
import { listUsers } from "./user_store.ts";

const users = 10_000;
const pageSize = 50;
const schema = "bench";

const dataDir = await Deno.makeTempDir({ prefix: "sentinel-bench-" });
addEventListener("unload", () => Deno.removeSync(dataDir, { recursive: true }));
const log = createLogger({ level: "error", format: "json", write: () => Promise.resolve() });
const { socket } = await startEmbedded({ dataDir, log });
const connection = { kind: "embedded", ...socket } as const;
await migrate({ connection, schema, migrations, log });
const db = createDatabase({ connection, schema, poolSize: 1, log });
await db.query(
  "insert_people",
  `insert into users (id, username, username_canonical, email, email_canonical, password_hash)
   select gen_random_uuid(), name, name, name || '@example.com', name || '@example.com', ''
   from generate_series(1, $1::int) n, lateral (select 'user-' || lpad(n::text, 5, '0') as name) named`,
  [users],
);
await db.query("insert_grants", "insert into grants (user_id, role) select id, 'user' from users");
await db.query("analyze", "analyze users, grants");

const page = (after: string | null) => async () => void await listUsers(db, {}, after, pageSize);
const atName = (n: number) => `user-${String(n).padStart(5, "0")}`;

for (const after of [null, atName(users / 2), atName(users - pageSize)]) {
  for (let time = 0; time < 50; time++) await page(after)(); // the engine warms up
}

Deno.bench({ name: "first of 200 pages", group: "keyset page", baseline: true, fn: page(null) });
Deno.bench({ name: "page in the middle", group: "keyset page", fn: page(atName(users / 2)) });
Deno.bench({ name: "last page", group: "keyset page", fn: page(atName(users - pageSize)) });
