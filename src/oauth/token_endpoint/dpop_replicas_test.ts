import assert from "node:assert/strict";
import { test } from "../../testing/harness.ts";
import { askForToken, newClient } from "../../testing/people/clients.ts";
import { bound, newDpopKey, proven } from "../../testing/people/dpop.ts";
import { startReplicas } from "../../testing/replicas.ts";

const replicas = await startReplicas();
const key = await newDpopKey();
const client = await newClient(replicas[0]);

test("T259 one of 21 requests with the same proof, at once on three replicas, gets a token", async () => {
  const headers = await proven(key);
  const answers = await Promise.all(
    Array.from({ length: 21 }, (_, i) => askForToken(replicas[i % 3]!, client, {}, { headers })),
  );
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, ...Array(20).fill(400)]);
  const refused = answers.filter(({ status }) => status === 400);
  for (const answer of refused) assert.equal((await answer.json()).error, "invalid_dpop_proof");
});

test("T259 GET /users/me on one replica refuses a proof that was used on another one", async () => {
  const { access_token } = await (await askForToken(replicas[0], client, {}, { headers: await proven(key) })).json();
  const headers = await bound(access_token, key, "/users/me");
  assert.equal((await replicas[1].fetch("/users/me", { headers })).status, 200);
  for (const replica of replicas) assert.equal((await replica.fetch("/users/me", { headers })).status, 401);
});
