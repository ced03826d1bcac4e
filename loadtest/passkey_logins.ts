/**
 * Logins a second with a passkey alone, and the CPU time of the server for each.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/passkey_logins.ts [rounds] [seconds] [users] [replicas]
 *
 * Loads each replica, one by default, with `POST /login/passkey` (`wrk`, 1 thread, 32 connections). Each request
 * answers a challenge of its own by a signature (ES256) of one of the users' passkeys, made before: the script has the
 * installation's secret, of which challenges follow. Each login stores a session. Prints the medians of the rounds, and
 * what verifying a signature costs alone, beside the goal. A failed request ends the script.
 */
import { createSignInChallenges } from "../src/credentials/passkeys/sign_in_challenges.ts";
import { verifyAssertion } from "../src/credentials/passkeys/assertion.ts";
import { systemClock } from "../src/platform/clock.ts";
import { type Authenticator, createAuthenticator } from "../src/testing/factors/authenticator.ts";
import { createSecrets } from "../src/vocabulary/secrets.ts";
import { useLibcrypto } from "../src/platform/signatures/web_crypto.ts";
import {
  cpuSeconds,
  emptySchema,
  fail,
  median,
  newPerson,
  printConditions,
  printGoal,
  secret,
  startSentinel,
  toolVersion,
  wrk,
} from "./rig.ts";

const [rounds = 5, seconds = 5, users = 1_000, replicas = 1] = Deno.args.map(Number);
const rateMax = 2_000;

useLibcrypto(); // as the server does
await using schema = await emptySchema();
await using stack = new AsyncDisposableStack();
const first = stack.use(await startSentinel(8100));
const { origin } = first;
const servers = [first];
while (servers.length < replicas) {
  servers.push(stack.use(await startSentinel(8100 + servers.length, { SENTINEL_PUBLIC_URL: origin })));
}
await printConditions({
  tool: await toolVersion("wrk"),
  model: "closed, 32 clients for each replica",
  rounds,
  seconds,
  users,
  replicas,
});
const rpId = new URL(origin).hostname;
const challenges = createSignInChallenges({ secrets: createSecrets(secret), clock: systemClock });
const owners: Authenticator[] = [];
for (let i = 0; i < users; i++) owners.push(await newOwner());

const rates: number[] = [], costs: number[] = [], delays: number[] = [];
for (let round = 0; round <= rounds; round++) {
  const files = await Promise.all(servers.map(answersForOne));
  const before = await Promise.all(servers.map(cpuSeconds));
  const loads = await Promise.all(servers.map((server, i) => {
    const load = { url: `${server.origin}/login/passkey`, connections: 32, seconds, script: "passkey_logins.lua" };
    return wrk({ ...load, env: { LOAD_BODIES: files[i]! } });
  }));
  const after = await Promise.all(servers.map(cpuSeconds));
  await Promise.all(files.map((file) => Deno.remove(file)));
  const sum = (numbers: number[]) => numbers.reduce((all, each) => all + each, 0);
  const [requests, failures] = [sum(loads.map((load) => load.requests)), sum(loads.map((load) => load.failures))];
  if (failures > 0) fail(`${failures} of ${requests} logins failed`);
  if (round === 0) continue; // warms up
  rates.push(sum(loads.map((load) => load.rate)));
  costs.push((sum(after) - sum(before)) / requests * 1e6);
  delays.push(Math.max(...loads.map((load) => load.p99Ms)));
}
console.log(
  `${Math.round(median(rates))} logins/s, p99 ${median(delays).toFixed(1)} ms, ` +
    `${Math.round(median(costs))} µs of server CPU each`,
);
const alone = await verificationsPerSecond();
console.log(`signatures verified by this process alone: ${Math.round(alone)}/s`);
printGoal("1,000 signatures verified/s", `${Math.round(alone)}/s`, alone >= 1_000);
printGoal("1,000 logins/s with a passkey", `${Math.round(median(rates))}/s`, median(rates) >= 1_000);

/** A file of as many answers as one replica can take in a round. */
async function answersForOne(): Promise<string> {
  const file = await Deno.makeTempFile();
  const bodies = Array.from({ length: rateMax * seconds }, (_, i) => JSON.stringify(answerOf(owners[i % users]!)));
  await Deno.writeTextFile(file, bodies.join("\n"));
  return file;
}

/** A user with a passkey that counts nothing. */
async function newOwner(): Promise<Authenticator> {
  const { token, password } = await newPerson(origin);
  const post = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const response = await fetch(origin + path, { method: "POST", headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return await response.json();
  };
  const authenticator = createAuthenticator({ origin, synced: true });
  const asked = await post("/users/me/passkeys/options", { current_password: password });
  const attestation = authenticator.create(asked.publicKey);
  await post("/users/me/passkeys", { challenge_id: asked.challenge_id, attestation });
  return authenticator;
}

function answerOf(authenticator: Authenticator) {
  const { id, challenge } = challenges.issue();
  return { challenge_id: id, assertion: authenticator.get({ challenge, rpId }) };
}

/** Verifies one after the other for two seconds. */
async function verificationsPerSecond(): Promise<number> {
  const [key] = await schema.sql<{ public_key: Uint8Array; device_type: "multi_device" }>(
    `select public_key, device_type from ${schema.name}.passkeys where credential_id = $1`,
    [Buffer.from(owners[0]!.credentials[0]!.id, "base64url")],
  );
  const { challenge } = challenges.issue();
  const assertion = owners[0]!.get({ challenge, rpId });
  const known = { id: "", user_id: "", credential_id: new Uint8Array(), ...key! };
  const until = performance.now() + 2_000;
  let count = 0;
  for (; performance.now() < until; count++) await verifyAssertion(assertion, challenge, { origin, rpId }, known);
  return count / 2;
}
