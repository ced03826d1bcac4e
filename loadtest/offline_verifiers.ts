/**
 * How long after its answer the revocation of a session reaches an API that verifies tokens offline.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/offline_verifiers.ts [times]
 *
 * Two servers run on one schema. One revokes sessions, one each 100 ms; `protect()` with `check: "revocations"` polls
 * the other, and is asked about each token every 5 ms until it refuses it. Prints the distribution of the time from the
 * answer to the refusal. Exits with 1 if the 99th percentile exceeds five seconds.
 */
import { createProtection } from "../src/client/protect.ts";
import { emptySchema, fail, logIn, newAdministrator, printConditions, startSentinel } from "./rig.ts";

const [times = 200] = Deno.args.map(Number);
const goalMs = 5_000;

await using schema = await emptySchema();
await using revoking = await startSentinel(8100);
const issuer = revoking.origin;
await using polled = await startSentinel(8101, { SENTINEL_PUBLIC_URL: issuer });
await printConditions({ model: "open", times, servers: 2 });
const admin = await newAdministrator(schema, issuer);
const protection = createProtection({
  issuer,
  audience: issuer,
  check: "revocations",
  introspectionKey: await newKey(),
  fetch: (url, init) => fetch(url.replace(issuer, polled.origin), init),
});

const tokens: string[] = [];
while (tokens.length < times) tokens.push((await logIn(issuer, admin)).token);
for (const token of tokens) if (!await isAccepted(token)) throw new Error("a live token is refused");
const ms = await Promise.all(tokens.map(timeToRefusal));
ms.sort((a, b) => a - b);
const at = (share: number) => ms[Math.min(ms.length - 1, Math.floor(share * ms.length))]!;
console.log(`n ${times}: ${[0, 0.5, 0.99, 1].map((share) => `p${share * 100} ${at(share).toFixed(0)}`).join(", ")} ms`);
if (at(0.99) > goalMs) fail(`the 99th percentile is ${at(0.99)} ms; ${goalMs} ms are guaranteed`);
protection.close();

async function newKey(): Promise<string> {
  const headers = { authorization: `Bearer ${admin.token}`, "content-type": "application/json" };
  const body = JSON.stringify({ name: "an API", scopes: ["tokens:introspect"] });
  return (await (await fetch(`${issuer}/users/me/api-keys`, { method: "POST", headers, body })).json()).key;
}

async function timeToRefusal(token: string, index: number): Promise<number> {
  await pause(index * 100);
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${issuer}/logout`, { method: "POST", headers });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`logout: ${answer.status}`);
  const answeredAt = performance.now();
  while (await isAccepted(token)) await pause(5);
  return performance.now() - answeredAt;
}

function isAccepted(token: string): Promise<boolean> {
  const headers = new Headers({ authorization: `Bearer ${token}` });
  return protection.authenticate({ method: "GET", url: "/", headers }).then(() => true, () => false);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
