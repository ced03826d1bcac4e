/**
 * How many users a second an application signs in who are signed in already, and the server's CPU time for one: the
 * request of the browser, the code, and its exchange for an access token, a refresh token and an id_token.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/code_flow.ts [rounds] [seconds]
 *
 * Loads one server with the browsers of 500 users (`wrk`, 1 thread, 32 connections), in turn for a client whose id_tokens
 * are signed with ES256, and for one with RS256. Prints the medians of the rounds beside the goal. Only exchanges that
 * the server counts as issued count.
 */
import { createHash, randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { formatCookie } from "../src/sessions/browser/session_cookie.ts";
import { createSecrets } from "../src/vocabulary/secrets.ts";
import {
  cpuSeconds,
  emptySchema,
  fail,
  median,
  metric,
  newAdministrator,
  printConditions,
  printGoal,
  secret,
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
const cookies = (await signedIn(browsers)).join(" ");
const targets = { ES256: await newClient("ES256"), RS256: await newClient("RS256") };
type Algorithm = keyof typeof targets;

const seen: Record<Algorithm, Awaited<ReturnType<typeof load>>[]> = { ES256: [], RS256: [] };
for (let round = 0; round <= rounds; round++) {
  for (const alg of ["ES256", "RS256"] as const) {
    const loaded = await load(alg);
    if (round > 0) seen[alg].push(loaded); // the first round warms up
  }
}
for (const alg of ["ES256", "RS256"] as const) {
  const [rate, milliseconds] = [median(seen[alg].map((each) => each.rate)), median(seen[alg].map((each) => each.ms))];
  console.log(`${alg}: ${Math.round(rate)} sign-ins/s, ${milliseconds.toFixed(2)} ms of CPU each`);
}
const rate = median(seen.ES256.map((each) => each.rate));
printGoal("400 exchanges of codes/s with id_tokens by ES256", `${Math.round(rate)}/s`, rate >= 400);

async function load(alg: Algorithm) {
  const { id, client_secret } = targets[alg];
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
      LOAD_AUTHORIZATION: `Basic ${btoa(`${id}:${client_secret}`)}`,
    },
  });
  if (failures > 0) fail(`${alg}: ${failures} requests failed`);
  const count = await metric(sentinel.origin, issued) - before.count;
  return { rate: count / seconds, ms: (await cpuSeconds(sentinel) - before.cpu) / count * 1e3 };
}

/** A client of the installation's own, so that users are not asked for consent. */
async function newClient(alg: string): Promise<{ id: string; client_secret: string }> {
  const response = await fetch(`${sentinel.origin}/clients`, {
    method: "POST",
    headers: { authorization: `Bearer ${admin.token}`, "content-type": "application/json" },
    body: JSON.stringify({
      name: `Ledger ${alg}`,
      grant_types: ["authorization_code", "refresh_token"],
      redirect_uris: [redirectUri],
      scopes: ["openid", "profile", "email"],
      first_party: true,
      id_token_signed_response_alg: alg,
    }),
  });
  if (response.status !== 201) throw new Error(`POST /clients: ${response.status} ${await response.text()}`);
  return await response.json();
}

/** The cookies of new users, each signed in in a browser. */
async function signedIn(count: number): Promise<string[]> {
  const secrets = createSecrets(secret);
  const sessions = Array.from({ length: count }, () => ({ id: uuidv7(), seed: randomBytes(32) }));
  await schema.sql(
    `with person as (
       insert into ${schema.name}.users (id, username, username_canonical, email, email_canonical, password_hash)
       select gen_random_uuid(), 'v' || id, 'v' || id, id || '@example.com', id || '@example.com', '*'
       from unnest($1::text[]) id returning id, substr(username, 2)::uuid as session_id
     )
     insert into ${schema.name}.sessions (id, kind, user_id, refresh_seed, secret_id, expires_at, auth_time)
     select session_id, 'browser', p.id, decode(s.seed, 'hex'), $3, now() + interval '1 day', now()
     from person p join unnest($1::text[], $2::text[]) s (id, seed) on s.id = p.session_id::text`,
    [sessions.map(({ id }) => id), sessions.map(({ seed }) => seed.toString("hex")), secrets.id],
  );
  return sessions.map(({ id, seed }) => `session=${formatCookie(secrets.subkey("cookie"), seed, id, 0)}`);
}
