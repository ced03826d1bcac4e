/**
 * How many users a second an application signs in who are signed in already, and the server's CPU time for one: the
 * request of the browser, the code, and its exchange for an access token, a refresh token and an id_token.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/code_flow.ts [rounds] [seconds]
 *
 * Loads one server with the browsers of 500 users (`wrk`, 1 thread, 32 connections), in turn for a client whose
 * id_tokens are signed with ES256, and for one with RS256. Prints the medians of the rounds beside the goal. Only
 * exchanges that the server counts as issued count.
 */
import { createHash, randomBytes } from "node:crypto";
import { type Application, basic, create, insertBrowsers } from "./credentials.ts";
import {
  cpuSeconds,
  emptySchema,
  fail,
  median,
  metric,
  newAdministrator,
  printConditions,
  printGoal,
  startSentinel,
  toolVersion,
  wrk,
} from "./rig.ts";

const [rounds = 5, seconds = 5] = Deno.args.map(Number);
const browsers = 500;
const redirectUri = "https://ledger.example.com/callback";
const verifier = randomBytes(32).toString("base64url");

await using schema = await emptySchema();
await using sentinel = await startSentinel(8100);
await printConditions({
  tool: await toolVersion("wrk"),
  model: `closed, 32 clients, ${browsers} users`,
  rounds,
  seconds,
});
const admin = await newAdministrator(schema, sentinel.origin);
const cookies = (await insertBrowsers(schema, browsers)).join(" ");
const targets = { ES256: await newClient("ES256"), RS256: await newClient("RS256") };
type Algorithm = keyof typeof targets;

const seen: Record<Algorithm, Awaited<ReturnType<typeof load>>[]> = { ES256: [], RS256: [] };
for (let round = 0; round <= rounds; round++) {
  for (const alg of ["ES256", "RS256"] as const) {
    const loaded = await load(alg);
    if (round > 0) seen[alg].push(loaded); // the first round warms up
  }
  // As autovacuum does within a minute: without statistics each sign-in would read all sessions of the client.
  if (round === 0) await schema.sql(`analyze ${schema.name}.sessions, ${schema.name}.tickets`);
}
for (const alg of ["ES256", "RS256"] as const) {
  const [rate, milliseconds] = [median(seen[alg].map((each) => each.rate)), median(seen[alg].map((each) => each.ms))];
  console.log(`${alg}: ${Math.round(rate)} sign-ins/s, ${milliseconds.toFixed(2)} ms of CPU each`);
}
const rate = median(seen.ES256.map((each) => each.rate));
printGoal(
  "400 sign-ins in applications/s (browser, code, exchange) with id_tokens by ES256",
  `${Math.round(rate)}/s`,
  rate >= 400,
);

async function load(alg: Algorithm) {
  const { id } = targets[alg];
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const asked = new URLSearchParams({
    ...{ response_type: "code", client_id: id, redirect_uri: redirectUri, scope: "openid profile email" },
    ...{ state: "state", nonce: "nonce", code_challenge: challenge, code_challenge_method: "S256" },
  });
  const form = { grant_type: "authorization_code", redirect_uri: redirectUri, code_verifier: verifier };
  const issued = 'sentinel_code_exchanges_total{outcome="issued"}';
  const before = { cpu: await cpuSeconds(sentinel), count: await metric(sentinel.origin, issued) };
  const { failures } = await wrk({
    url: sentinel.origin,
    connections: 32,
    seconds,
    script: "code_flow.lua",
    env: {
      LOAD_COOKIES: cookies,
      LOAD_AUTHORIZE: `/oauth/authorize?${asked}`,
      LOAD_FORM: `${new URLSearchParams(form)}`,
      LOAD_AUTHORIZATION: basic(targets[alg]),
    },
  });
  if (failures > 0) fail(`${alg}: ${failures} requests failed`);
  const count = await metric(sentinel.origin, issued) - before.count;
  return { rate: count / seconds, ms: (await cpuSeconds(sentinel) - before.cpu) / count * 1e3 };
}

/** A client of the installation's own, so that users are not asked for consent. */
function newClient(alg: string): Promise<Application> {
  return create(sentinel.origin, admin.token, "/clients", {
    name: `Ledger ${alg}`,
    grant_types: ["authorization_code", "refresh_token"],
    redirect_uris: [redirectUri],
    scopes: ["openid", "profile", "email"],
    first_party: true,
    id_token_signed_response_alg: alg,
  });
}
