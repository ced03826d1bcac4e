import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { dropSchema, freshSchema, runSql, testConnection } from "../testing/database.ts";
import { startSentinel, test } from "../testing/harness.ts";
import { people } from "../testing/people/people.ts";
import { migrate, migrationStatus } from "../platform/db/migrate.ts";
import { lengthenDeadlines } from "../platform/deadlines.ts";
import { patience } from "../testing/run/patience.ts";
import { migrations } from "./migrations.ts";

lengthenDeadlines(patience); // the machine may be busy

/**
 * SHA-256 of each migration of the first version. A later version adds the rows of its own; none is ever changed, as
 * every database that has applied one refuses another text under its name.
 */
const shipped: Record<string, string> = {
  "0001_users": "0ba88a9d686971b6f70a0216d127ac5954e49783b3f001beac64175e02367d76",
  "0002_roles": "5d1972d8b107edd02888031b44f61b96d6260234fd9833ad4208f5ba4a41e296",
  "0003_sessions": "37f71eb5e8b09a1badd66f19b7e095dc97e9b6e4eb1200e15db199efdbd459c4",
  "0004_signing_keys": "21eceb30f974375202bd815ce602ab6891c86723eaa7d57e5853451cd98ae47e",
  "0005_audit": "792c3bb1a6992eed23ca388f87c7054b546e938f65dab69ffd40c3aa124ec582",
  "0006_change_feed": "85c751531958f8e818630374611c2f8d9516b7046b89d31749bc847d1ad6953d",
  "0007_session_permissions": "117a41187a74ca627bafe84f10c7b1b8d8f5e08ff210a385d3152f08719a12df",
  "0008_throttle": "16f2442cc5ac17d17117dfb6af28eb0de97dd5bfd25e6969bdfc29a65b0d60bd",
  "0009_audit_chain": "9681d6623be11f869168886bb958c4677b06e7941d28d5574609307109e04139",
  "0010_role_administration": "4b078b851b4b3a25004060f646e4951b0b1253ad1e7923259933c6e68ffdd153",
  "0011_password_schemes": "c754d766eb00ac58c367df51c138c51e8930e960a0077dbc43ccdeff6f9b88a7",
  "0012_bounded_work": "f5136d4791a90e24b0ecebd7841148302c8082fb0676498ff1a7ce6b9eac22b8",
  "0013_active_grants": "6398d6a5e6a15fb5717024553927b2a81d1bde63026be3c42a5ff10b607792f2",
  "0014_change_parts": "cf05388f4048f93122ead41c75ca3797cc5fb8659ece240297c5cbcd423dedb6",
  "0015_erasures": "16ceacfc3c41bd5499a43d85c5615667de68ae3585d63aaf6fd653496db2d4d1",
};

test("X96 the text of a shipped migration never changes", () => {
  const digests = migrations.map(({ name, sql }) => [name, createHash("sha256").update(sql).digest("hex")]);
  assert.deepEqual(digests.slice(0, Object.keys(shipped).length), Object.entries(shipped));
});

/** The secret that the data was written with. */
const secretThen = new Uint8Array(32).fill(7);

/** Of Grace, whose session was begun before the upgrade. */
const refreshToken = "snt_rt_AaIj6ly8d0WDSORIFLz1KwAAAAAAAN0N6im3a2jcCFc2Xp_53_XDw2pZNSbisjREN-_Tjb70d1f7d43c";

test("X96 what the first version's schema held is served by this one: logins, sessions, roles and the audit log", async () => {
  const schema = freshSchema();
  const first = { connection: testConnection(), schema, log: { debug() {}, info() {}, warn() {}, error() {} } };
  const names = Object.keys(shipped);
  try {
    await migrate({ ...first, migrations: migrations.slice(0, names.length) });
    const data = await Deno.readTextFile(new URL("../testing/data_of_0015.sql", import.meta.url));
    // As the data grows old, its sessions would end: they last as long as they would have.
    const renewal = "update sessions set last_seen_at = now(), expires_at = now() + interval '1 day'";
    await runSql(`set search_path to "${schema}"; ${data}; ${renewal}`);
    assert.deepEqual(await migrate({ ...first, migrations }), migrations.slice(names.length).map(({ name }) => name));
    assert.ok((await migrationStatus({ ...first, migrations })).every(({ state }) => state === "applied"));

    await using sentinel = await startSentinel({ schema, settings: { SENTINEL_SECRET: secretThen.toBase64() } });
    for (const { username, password } of Object.values(people)) {
      assert.equal((await sentinel.fetch("/login", { form: { username, password } })).status, 200, username);
      assert.equal((await sentinel.fetch("/login", { form: { username, password: `${password}x` } })).status, 401);
    }
    assert.equal(
      (await sentinel.fetch("/login", { form: { username: "gone", password: "nanoseconds of fibre" } })).status,
      401,
    );
    const form = { grant_type: "refresh_token", refresh_token: refreshToken };
    const { access_token } = await (await sentinel.fetch("/oauth/token", { form })).json();
    const me = await sentinel.fetch("/users/me", { headers: { authorization: `Bearer ${access_token}` } });
    assert.deepEqual([(await me.clone().json()).username, (await me.json()).roles], ["grace", ["clerk", "user"]]);
    await sentinel.sealer.seal();
    const verdict = await sentinel.auditVerification.verify({});
    assert.ok(verdict.valid && verdict.events >= 16 && verdict.checkpoints >= 1, JSON.stringify(verdict));
    assert.equal((await sentinel.checkpoints.make())!.number, 2, "it vouches for what was there");
  } finally {
    await dropSchema(schema);
  }
});
