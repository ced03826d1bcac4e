import { localActor } from "../vocabulary/actor.ts";
import { anyRevision } from "./grants/grants.ts";
import assert from "node:assert/strict";
import { whateverTheState } from "../platform/revision.ts";
import { onPostgres } from "../testing/database.ts";
import { type Sentinel, startSentinel, testOnPostgres } from "../testing/harness.ts";
import { until } from "../testing/servers/process.ts";
import { turn, whenTrusted } from "../testing/traffic/traces.ts";

// An edit of a role on one replica, in the decisions of the others. The embedded database has only one replica.
const here = await startSentinel();
const { schema, db, roles, grants } = here;
const there = onPostgres ? await startSentinel({ schema }) : here;
const deaf = onPostgres ? await startSentinel({ schema, settings: { SENTINEL_CHANGE_FEED: "ttl" } }) : here;
Deno.test.afterAll(async () => {
  for (const replica of new Set([deaf, there, here])) await replica[Symbol.asyncDispose]();
});

const actor = localActor;
const permission = "admin_area:enter";
const holder = await here.settled("nobody");
await roles.create({ name: "porter", description: "", permissions: [permission], parents: [] }, actor);
await roles.create({ name: "doorman", description: "", permissions: [], parents: ["porter"] }, actor);
await grants.grant(holder, "doorman", null, anyRevision, actor);

const question = {
  subject: { type: "user", id: holder },
  action: { name: "enter" },
  resource: { type: "admin_area", id: "1" },
};
const decides = async (at: Sentinel) => (await at.decisions.decide(question, { seesRoles: true })).decision;

/** Waits until the change has reached the replica; the decision must not change afterwards. */
async function becomes(decision: boolean, at: Sentinel): Promise<void> {
  await until(`it decides ${decision}`, async () => await decides(at) === decision);
  for (let i = 0; i < 20; i++) assert.equal(await decides(at), decision);
}

const take = () => roles.removePermission("porter", permission, whateverTheState, actor);
const give = () => roles.addPermission("porter", permission, whateverTheState, actor);

/** Ends the connections on which these replicas listen, and waits until this one has noticed. */
async function cutFeed({ feed, schema }: Sentinel): Promise<void> {
  await db.query(
    "test",
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and query ~ ('^(?:select pg_notify|listen).*' || $1)`,
    [`${schema}_changes`],
  );
  await until("trust is lost", () => !feed.trusted);
}

testOnPostgres(
  "T193 an edit of a role is at once in every decision of its replica, and soon in all",
  async () => {
    for (let round = 0; round < 20; round++) {
      await take();
      assert.equal(await decides(here), false);
      for (const replica of [there, deaf].slice(0, round === 0 ? 2 : 1)) await becomes(false, replica);
      await give();
      assert.equal(await decides(here), true);
      await becomes(true, there);
    }
    await becomes(true, deaf);
  },
);

testOnPostgres("T193 an edit of a role during decisions leaves no old decision in memory", async () => {
  for (let round = 0; round < 20; round++) {
    const asked = Array.from({ length: 20 }, () => decides(there));
    const editing = take();
    while (asked.length < 60) {
      asked.push(decides(there));
      await turn();
    }
    await Promise.all([editing, ...asked]);
    await becomes(false, there);
    await give();
    await becomes(true, there);
  }
});

testOnPostgres(
  "T193 an edit of a role without the change feed is in every decision after the caches expire",
  async () => {
    for (const [edit, decision] of [[take, false], [give, true]] as const) {
      await cutFeed(there);
      assert.equal(await decides(there), !decision);
      await edit();
      assert.equal(await decides(here), decision);
      await becomes(decision, there);
      await whenTrusted(there);
      assert.equal(await decides(there), decision);
    }
  },
);
