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
