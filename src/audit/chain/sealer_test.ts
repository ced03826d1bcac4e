import { localActor } from "../../vocabulary/actor.ts";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { auditActions } from "../../vocabulary/dictionary.ts";
import type { Db } from "../../platform/db/db.ts";
import { type Sentinel, startSentinel, test, testOnPostgres } from "../../testing/harness.ts";
import { until } from "../../testing/servers/process.ts";
import { recordAudit } from "../events/audit.ts";
import { canonicalJson } from "../events/canonical_json.ts";

const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

type Row = Record<string, string | null> & { seq: string; hash: string };

const listSealed = ({ db }: Pick<Sentinel, "db"> = sentinel) =>
  db.query<Row>(
    "list_rows",
    `select id, action, outcome, actor_id, subject_type, subject_id, request_id, seq,
            to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as occurred_at,
            encode(details_digest, 'hex') as details_digest, encode(hash, 'hex') as hash, facts,
            encode(subject_digest, 'hex') as subject_digest
     from audit_events where seq is not null order by audit_events.seq`,
  );

const countUnsealed = async ({ db }: Pick<Sentinel, "db"> = sentinel) =>
  (await db.query<{ n: number }>("count", "select count(*)::int as n from audit_events where seq is null"))[0]!.n;

const record = (subject: string, { db }: { db: Db } = sentinel) =>
  recordAudit(db, {
    action: "role.granted",
    ...localActor,
    subject: { type: "role", id: subject },
  });

/**
 * Asserts one chain: places from 1 without gaps, and each hash over the previous one and the row, as in SECURITY.md.
 */
function assertChain(rows: Row[]): void {
  let previous = new Uint8Array(32);
  for (const [index, { hash, seq, facts, subject_digest, ...event }] of rows.entries()) {
    const row = { ...event, ...(facts && { facts }), ...(subject_digest && { subject_digest }) };
    assert.equal(Number(seq), index + 1);
    const text = canonicalJson({ ...row, seq: Number(seq) });
    previous = new Uint8Array(createHash("sha256").update(previous).update(text).digest());
    assert.equal(previous.toHex(), hash, `the hash of ${seq}`);
  }
}

test("all recorded events are sealed in one gapless chain of hashes, in the order of time", async () => {
  await sentinel.sealer.seal();
  const before = (await listSealed()).length;
  await sentinel.fetch("/login", {
    form: { username: 'ünïcødé \\ "x" 🐎', password: "x" },
    headers: { "x-request-id": "r-1" },
  });
  for (const n of Array(1_200).keys()) await record(`role-${n}`);
  await sentinel.sealer.seal();
  assert.equal(await countUnsealed(), 0);
  const rows = await listSealed();
  assertChain(rows);
  const own = rows.slice(before).map(({ id }) => id);
  assert.ok(own.length >= 1_201, "more than two batches");
  assert.deepEqual(own, own.toSorted());
});

test("no event is sealed twice, and a run that finds nothing makes one query", async () => {
  await sentinel.sealer.seal();
  const before = await listSealed();
  await Promise.all([sentinel.sealer.seal(), sentinel.sealer.seal()]);
  assert.deepEqual(await listSealed(), before);
});

test("each sealed event is counted once, by action and outcome, and every action starts at zero", async () => {
  const counts = async () => {
    const text = await sentinel.instruments.expose();
    const lines = text.matchAll(/^sentinel_audit_events_total\{action="(.+)",outcome="(.+)"\} (\d+)$/gm);
    return new Map([...lines].map(([, action, outcome, count]) => [`${action} ${outcome}`, Number(count)]));
  };
  await sentinel.sealer.seal();
  const before = await counts();
  assert.deepEqual(new Set([...before.keys()].map((key) => key.split(" ")[0])), new Set(Object.keys(auditActions)));
  for (let n = 0; n < 3; n++) await record("counted");
  await sentinel.sealer.seal();
  const after = await counts();
  for (const [key, count] of after) {
    assert.equal(count - before.get(key)!, key === "role.granted success" ? 3 : 0, key);
  }
});

const lag = async () =>
  Number((await sentinel.instruments.expose()).match(/^sentinel_audit_seal_lag_seconds (.+)$/m)![1]);

test("a sealer that fails loses and skips no event, logs the failure, and its lag is measured", async () => {
  await sentinel.sealer.seal();
  await sentinel.db.query("refuse", refusing);
  await record("during");
  await assert.rejects(sentinel.sealer.seal());
  assert.ok(await lag() >= 90);
  assert.equal(await countUnsealed(), 1);
  assert.match(await loggedFailure(), /"level":"warn"/);

  await sentinel.db.query("mend", "drop trigger refuse_seals on audit_events; drop trigger age on audit_events");
  await sentinel.sealer.seal();
  assert.equal(await lag(), 0);
  assert.equal(await countUnsealed(), 0);
  const rows = await listSealed();
  assert.equal(rows.at(-1)!.subject_id, "during");
  assertChain(rows);
});

/** No event can be sealed, and each is a minute and a half old. */
const refusing = `
  create function refuse_seals() returns trigger language plpgsql as $$ begin raise exception 'no disk'; end $$;
  create function age() returns trigger language plpgsql as
    $$ begin new.occurred_at := now() - interval '90 s'; return new; end $$;
  create trigger refuse_seals before update on audit_events for each row execute function refuse_seals();
  create trigger age before insert on audit_events for each row execute function age()`;

/** The log line of the failed job, once it exists: its next run is due within a second. */
async function loggedFailure(): Promise<string> {
  const line = async () => (await sentinel.logs()).split("\n").find((line) => line.includes('"job":"audit seal"'));
  await until("the failure is in the log", async () => await line() !== undefined);
  return (await line())!;
}

testOnPostgres("an event that is committed after younger ones is sealed after them", async () => {
  const held = Promise.withResolvers<void>();
  const recorded = Promise.withResolvers<void>();
  const slow = sentinel.db.transaction(async (tx) => {
    await record("slow", { db: tx });
    recorded.resolve();
    await held.promise;
  });
  await recorded.promise;
  await record("quick");
  await sentinel.sealer.seal();
  assert.equal((await listSealed()).at(-1)!.subject_id, "quick");
  held.resolve();
  await slow;
  await sentinel.sealer.seal();
  const rows = await listSealed();
  assert.deepEqual(rows.slice(-2).map(({ subject_id }) => subject_id), ["quick", "slow"]);
  assert.ok(rows.at(-1)!.occurred_at! < rows.at(-2)!.occurred_at!);
  assertChain(rows);
});

testOnPostgres("a sealer killed during a batch leaves no gap and no incomplete batch", async () => {
  await using killed = await startSentinel();
  await killed.sealer.seal();
  const { length } = await listSealed(killed);
  // The killed transaction leaves a mark in the sequence, so it is killed once.
  await killed.db.query(
    "deadly",
    `create sequence deaths;
    create function die() returns trigger language plpgsql set search_path from current as $$
      begin
        if nextval('deaths') = 1 then perform pg_terminate_backend(pg_backend_pid()); end if;
        return new;
      end $$;
    create trigger die before update on audit_events for each row when (new.seq = ${
      length + 700
    }) execute function die()`,
  );
  for (const n of Array(1_200).keys()) await record(`role-${n}`, killed);
  // One of these dies, unless the job of every second did; and one that comes while the job seals has nothing to do.
  await until("every event is sealed", async () => {
    await killed.sealer.seal().catch(() => {});
    return await countUnsealed(killed) === 0;
  });
  const [deaths] = await killed.db.query<{ n: string }>("deaths", "select last_value as n from deaths");
  assert.ok(Number(deaths!.n) >= 2, "one died there, and another went on");
  assertChain(await listSealed(killed));
});

testOnPostgres(
  "T303 1000 changes over three replicas make one gapless chain, each event counted by one replica",
  async () => {
    await using one = await startSentinel();
    await using two = await startSentinel({ schema: one.schema });
    await using three = await startSentinel({ schema: one.schema });
    const replicas = [one, two, three];
    const owner = await one.settled("grace");
    const token = await one.tokenOf("grace");
    const sessions = await one.db.query<{ id: string }>(
      "insert_sessions",
      `insert into sessions (id, user_id, refresh_seed, secret_id, expires_at)
     select gen_random_uuid(), $1, '', '', now() + interval '1 h' from generate_series(1, 1000) returning id`,
      [owner],
    );
    const turns = sessions.entries();
    await Promise.all(Array.from({ length: 12 }, async () => {
      for (const [n, { id }] of turns) {
        const replica = replicas[n % 3]!;
        const headers = { authorization: `Bearer ${token}` };
        assert.equal((await replica.fetch(`/users/me/sessions/${id}`, { method: "DELETE", headers })).status, 204);
        if (n % 50 === 0) await replica.sealer.seal();
      }
    }));
    await Promise.all(replicas.map(({ sealer }) => sealer.seal()));
    await one.sealer.seal(); // the previous holder of the lock has finished then
    const rows = await listSealed(one);
    assertChain(rows);
    assert.equal(await countUnsealed(one), 0);
    const ended = rows.filter(({ action }) => action === "session.revoked").map(({ subject_id }) => subject_id);
    assert.deepEqual(ended.toSorted(), sessions.map(({ id }) => id).toSorted());
    const metric = /^sentinel_audit_events_total\{action="session.revoked",outcome="success"\} (\d+)$/m;
    const counted = await Promise.all(
      replicas.map(async ({ instruments }) => (await instruments.expose()).match(metric)!),
    );
    assert.equal(counted.reduce((sum, [, count]) => sum + Number(count), 0), 1_000);
    assert.equal((await one.auditVerification.verify({})).valid, true);
  },
);
