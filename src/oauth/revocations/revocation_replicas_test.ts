import { testOnPostgres } from "../../testing/harness.ts";
import { newSession } from "../../testing/people/client_sessions.ts";
import { newcomer } from "../../testing/people/people.ts";
import { startReplicas } from "../../testing/replicas.ts";
import { until } from "../../testing/servers/process.ts";
import { localActor } from "../../vocabulary/actor.ts";

const [here, there, deaf] = await startReplicas({ deaf: true });

for (const [name, replica] of [["another replica", there], ["one that hears of no changes", deaf]] as const) {
  testOnPostgres(`GET /revocations of ${name} has a session that was revoked after its last poll`, async () => {
    const { id: userId } = await newcomer(here);
    const sid = await newSession(here, { userId, kind: "api" });
    const authorization = `Bearer ${await here.tokenOf("ada")}`;
    const read = async (since = "") =>
      await (await replica.fetch(`/revocations${since}`, { headers: { authorization } })).json();
    const { cursor } = await read();
    await here.sessionRevocation.endSession(sid, localActor);
    const isThere = async () =>
      (await read(`?since=${cursor}`)).items.some((item: { sid?: string }) => item.sid === sid);
    await until("the feed has it", isThere);
  });
}
