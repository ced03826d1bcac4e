import assert from "node:assert/strict";
import { testOnPostgres } from "../../testing/harness.ts";
import { exchangeCode, newApplication, newCode, newVisitor, signedInWith } from "../../testing/people/applications.ts";
import { waitsBehind } from "../../testing/people/sessions.ts";
import { startReplicas } from "../../testing/replicas.ts";
import { localActor } from "../../vocabulary/actor.ts";

const replicas = await startReplicas();
const [here, there] = replicas;
const { db } = here;
const application = await newApplication(here);

testOnPostgres(
  "T234 of twenty exchanges of one code at once on three replicas, one succeeds, and the others end what it gave",
  async () => {
    for (let round = 0; round < 3; round++) {
      const visitor = await newVisitor(here);
      const code = await newCode(here, application, visitor);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) => exchangeCode(replicas[n % 3]!, application, code)),
      );
      const statuses = answers.map(({ status }) => status).toSorted();
      assert.deepEqual(statuses, [200, ...Array(19).fill(400)]);
      const sessions = await db.query<{ is_revoked: boolean }>(
        "test",
        "select revoked_at is not null as is_revoked from sessions where user_id = $1 and kind = 'client'",
        [visitor.userId],
      );
      assert.deepEqual(sessions, [{ is_revoked: true }]);
      const { access_token } = await answers.find(({ status }) => status === 200)!.json();
      const headers = { authorization: `Bearer ${access_token}` };
      assert.equal((await here.fetch("/oauth/userinfo", { headers })).status, 401);
      const events = await db.query<{ action: string }>(
        "test",
        `select e.action from audit_events e join sessions s on s.id::text = e.subject_id
       where s.user_id = $1 and s.kind = 'client' order by e.id`,
        [visitor.userId],
      );
      assert.deepEqual(events.map(({ action }) => action), ["session.created", "session.code_reused"]);
    }
  },
);

testOnPostgres(
  "an exchange waits for the end of the sign-in, and then gives nothing; one that came first is ended with it",
  async () => {
    const visitor = await newVisitor(here);
    const { access_token } = await signedInWith(here, application, visitor);
    const code = await newCode(here, application, visitor);
    let exchange: Promise<Response> | undefined;
    await db.transaction(async (tx) => {
      await here.sessionRevocation.revokeSessionsIn(tx, visitor.userId, localActor);
      exchange = exchangeCode(there, application, code);
      assert.equal(await waitsBehind(tx, here, exchange), true);
    });
    assert.equal((await exchange!).status, 400);
    const headers = { authorization: `Bearer ${access_token}` };
    assert.equal((await here.fetch("/oauth/userinfo", { headers })).status, 401);
    const live = "select from sessions where user_id = $1 and revoked_at is null";
    assert.deepEqual(await db.query("test", live, [visitor.userId]), []);
  },
);

testOnPostgres(
  "codes of one browser that are exchanged at once on two replicas give sessions with one sid",
  async () => {
    const ids: string[] = [];
    const sidsOf = async (userId: string) => {
      const rows = await db.query<{ rp_sid: string }>(
        "test",
        "select rp_sid from sessions where user_id = $1 and kind = 'client' and revoked_at is null",
        [userId],
      );
      assert.equal(rows.length, 3);
      return new Set(rows.map(({ rp_sid }) => rp_sid));
    };
    for (let round = 0; round < 10; round++) {
      const visitor = await newVisitor(here);
      for (let signIn = 0; signIn < 2; signIn++) {
        const codes = await Promise.all([1, 2, 3].map(() => newCode(here, application, visitor)));
        const answers = await Promise.all(codes.map((code, n) => exchangeCode(replicas[n % 2]!, application, code)));
        assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200]);
        const sids = await sidsOf(visitor.userId);
        assert.equal(sids.size, 1);
        ids.push(...sids);
        await db.query("test", "update sessions set revoked_at = now() where parent_id = $1", [visitor.sessionId]);
      }
    }
    assert.equal(new Set(ids).size, ids.length, "a sid came back after its sessions were revoked");
    for (const sid of ids) assert.match(sid, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8/);
  },
);
