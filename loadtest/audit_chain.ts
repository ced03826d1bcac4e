/**
 * The cost of the audit chain: sealing an event, a check when there is nothing to seal, verifying a long chain, reading
 * a page by each filter, and erasing a user.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/audit_chain.ts [events]
 */
import { localClient } from "../src/vocabulary/actor.ts";
import { recordAudit } from "../src/audit/events/audit.ts";
import { erase } from "../src/audit/erasure/erasures.ts";
import { type AuditFilter, listAuditEvents } from "../src/audit/events/audit_store.ts";
import { createCheckpoints } from "../src/audit/chain/checkpoints.ts";
import { createSealer } from "../src/audit/chain/sealer.ts";
import { createVerification } from "../src/audit/chain/verification.ts";
import { migrations } from "../src/compose/migrations.ts";
import { createDatabase } from "../src/platform/db/db.ts";
import { migrate } from "../src/platform/db/migrate.ts";
import { createSecrets } from "../src/vocabulary/secrets.ts";
import { emptySchema, printConditions } from "./rig.ts";

const [events = 100_000] = Deno.args.map(Number);
const log = { debug() {}, info() {}, warn: console.warn, error: console.error };

await using schema = await emptySchema();
const connection = { kind: "url", url: Deno.env.get("DATABASE_URL")! } as const;
await migrate({ connection, schema: schema.name, migrations, log });
await using db = createDatabase({ connection, schema: schema.name, poolSize: 4, log });
const checkpoints = createCheckpoints({ db, secrets: createSecrets(new Uint8Array(32).fill(1)) });
const { verify } = createVerification({ db, checkpoints });
const { seal } = createSealer({ db, onLag() {}, onSealed() {} });

const batchSize = 10_000;
const people = 1_000;
const person = (n: string) => `md5('person ' || ${n} % ${people})::uuid`;
const details = `'{"ip":"192.0.2.7","user_agent":"Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}'`;

/** Logins of a thousand users, and the revocation of each session. */
async function seed(from: number): Promise<void> {
  await schema.sql(
    `with fact as (
       select n, gen_random_uuid() as id, sha256(n::text::bytea) as salt from generate_series($1::int, $2::int) n
     ), event as (
       insert into load.audit_events (id, action, outcome, actor_id, subject_type, subject_id, request_id, details_digest)
       select id, case when n % 20 = 0 then 'session.revoked' else 'session.created' end, 'success', ${person("n")},
              'session', md5(n::text)::uuid::text, 'request-' || n, sha256(salt || ${details}::bytea) from fact
     )
     insert into load.audit_details select id, salt, ${details} from fact`,
    [from, from + batchSize - 1],
  );
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** The 99th percentile of the rounds, in milliseconds. */
async function p99(work: () => Promise<unknown>, rounds = 300): Promise<string> {
  const times: number[] = [];
  for (let n = 0; n < rounds; n++) times.push(await timed(work));
  return times.sort((a, b) => a - b)[Math.floor(rounds * 0.99)]!.toFixed(1);
}

await printConditions({
  model: "one after the other",
  hash: "none",
  "rate limits": "none",
  events,
  "events of one batch": 500,
});

let sealingMs = 0;
for (let n = 0; n < events; n += batchSize) {
  await seed(n);
  sealingMs += await timed(seal);
}
await schema.sql("analyze load.audit_events, load.audit_details");
await checkpoints.make();
console.log(
  `seal: ${(1_000 * sealingMs / events).toFixed(0)} µs an event, ${(1_000 * events / sealingMs).toFixed(0)}/s`,
);
console.log(`check with nothing to seal: p99 ${await p99(seal)} ms`);

const before = Deno.memoryUsage().rss;
let verdict: unknown;
const provingMs = await timed(async () => verdict = await verify({}));
const grown = (Deno.memoryUsage().rss - before) / 2 ** 20;
console.log(`verify: ${(1_000 * events / provingMs).toFixed(0)}/s, resident memory grew by ${grown.toFixed(0)} MB`);
console.log(JSON.stringify(verdict));

const [one] = await schema.sql<{ id: string; session: string }>(
  `select ${person("7")} as id, md5('7')::uuid::text as session`,
);
const fact = { action: "role.granted", actor_id: one!.id, client: localClient } as const;
const subject = { type: "role", id: "x" } as const;
console.log(`record one event: p99 ${await p99(() => recordAudit(db, { ...fact, subject }))} ms`);
const filters: AuditFilter[] = [
  {},
  { actor_id: one!.id },
  { user_id: one!.id },
  { subject_type: "session", subject_id: one!.session },
  { action: "session.revoked" },
  { action: "key.retired" },
  { outcome: "failure" },
  { actor_id: one!.id, action: "key.retired" },
];
for (const filter of filters) {
  const ms = await p99(() => listAuditEvents(db, filter, null, 51), 100);
  console.log(`page by ${Object.keys(filter).join(", ") || "nothing"}: p99 ${ms} ms`);
}

const [{ count } = { count: 0 }] = await schema.sql<{ count: number }>(
  "select count(*)::int as count from load.audit_events where actor_id = $1",
  [one!.id],
);
const erasingMs = await timed(() =>
  db.transaction(async (tx) => {
    await recordAudit(tx, { ...fact, action: "user.deleted", subject: { type: "user", id: one!.id } });
    await erase(tx, one!.id);
  })
);
console.log(`erase a user with ${count} events: ${erasingMs.toFixed(0)} ms`);
await schema.sql("drop schema load cascade");
Deno.exit();
