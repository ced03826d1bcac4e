/**
 * Whether a storm on one endpoint slows token traffic: 64 clients send one kind of request without pause, each from a
 * new address, while 8 send tokens.
 *
 *   DATABASE_URL=postgres://… deno task load:storms [--seconds 5] [--only n]
 *
 * Loads one server without a storm, and then in each storm or in the n-th, in turn with `GET /users/me` and with
 * introspections by a client (`wrk`, 1 thread each). Rates are not limited, so every request of a storm is judged.
 * Prints the 99th percentiles beside the quiet ones and beside the goal, and of the storm alone the rate, the server's
 * CPU time for a request, and how many were refused. Exits with 1 if a token was refused.
 */
import {
  cpuSeconds,
  emptySchema,
  fail,
  type Load,
  newAdministrator,
  numbersGiven,
  type Person,
  printConditions,
  printGoal,
  type Sent,
  type Server,
  startSentinel,
  toolVersion,
  wrk,
} from "./rig.ts";
import { type Application, basic, create, createApi } from "./credentials.ts";
import { seed } from "./seed.ts";
import { createOpaqueSecret } from "../src/tokens/opaque/opaque_secret.ts";
import { startSmtpServer } from "../src/testing/mail/smtp_server.ts";

/** What token traffic costs in a storm; in the first row there is none. */
export type StormRow = {
  name: string;
  /** The storm alone. */
  storm: { requestsPerSecond: number; cpuMicros: number; refused: number };
  me: Latency;
  introspection: Latency;
};
type Latency = { requestsPerSecond: number; p50Ms: number; p99Ms: number };

/** A storm: what its clients send in turn. */
type Storm = { name: string; requests: Sent[]; env?: Record<string, string> };

export const p99MsMax = 15;
const clients = { tokens: 8, storm: 64 };
const pageSizeMax = 20_000;
const people = 1_000;
const devices = 100;

/** The rows, and the size of the sign-in page in bytes. */
export async function storms(
  { seconds, only = 0 }: { seconds: number; only?: number },
): Promise<{ rows: StormRow[]; pageBytes: number }> {
  await using stack = new AsyncDisposableStack();
  const schema = stack.use(await emptySchema());
  const mail = stack.use(startSmtpServer());
  const sentinel = stack.use(
    await startSentinel(8100, {
      SENTINEL_CLIENT_REGISTRATION: "open",
      SENTINEL_CLIENT_REGISTRATION_MAX: "1000000",
      SENTINEL_SMTP_URL: mail.url,
      SENTINEL_MAIL_FROM: "load@example.com",
    }),
  );
  await seed(schema.sql, schema.name, { users: people, roles: 10 });
  const admin = await newAdministrator(schema, sentinel.origin);
  const site = await prepare(sentinel, admin);
  const rows = [await measure(sentinel, site, seconds)];
  const chosen = only > 0 ? [site.storms[only - 1]!] : site.storms;
  for (const storm of chosen) rows.push(await measure(sentinel, site, seconds, storm));
  return { rows, pageBytes: site.pageBytes };
}

type Site = Awaited<ReturnType<typeof prepare>>;

async function prepare(sentinel: Server, admin: Person) {
  const { origin } = sentinel;
  const { token } = admin;
  const api = await createApi(origin, token);
  const device = await create(origin, token, "/clients", {
    name: "a television",
    grant_types: ["urn:ietf:params:oauth:grant-type:device_code"],
    scopes: ["openid"],
  });
  const { access_token } = await sent<{ access_token: string }>(`${origin}/oauth/token`, clientGrant, basic(api));
  const page = await signInPage(origin);
  return {
    token,
    introspection: { LOAD_FORM: `token=${access_token}`, LOAD_AUTHORIZATION: basic(api) },
    storms: await stormsOf(origin, admin, { api, device, page }),
    pageBytes: page.bytes,
  };
}

const clientGrant = new URLSearchParams({ grant_type: "client_credentials" });

async function stormsOf(
  origin: string,
  { username, password }: Person,
  { api, device, page }: { api: Application; device: Application; page: Awaited<ReturnType<typeof signInPage>> },
): Promise<Storm[]> {
  const credentials = { username, password };
  const wrong = { ...api, client_secret: createOpaqueSecret("cs", api.id).text };
  const registration = { client_name: "Notes #", redirect_uris: ["http://127.0.0.1/callback"] };
  return [
    { name: "logins", requests: [{ path: "/login", form: credentials }] },
    {
      name: "sign-in pages",
      requests: [{ method: "GET", path: "/signin" }, {
        path: "/signin",
        form: { ...credentials, form_token: page.formToken },
      }],
      env: { LOAD_COOKIE: page.cookie },
    },
    {
      name: "client authentication, wrong secrets",
      requests: [{ path: "/oauth/token", form: Object.fromEntries(clientGrant) }],
      env: { LOAD_AUTHORIZATION: basic(wrong) },
    },
    {
      name: "mail: password resets",
      requests: Array.from({ length: people }, (_, n) => ({
        path: "/password-reset",
        json: { email: `seed-${n}@example.com` },
      })),
    },
    {
      name: "device polling",
      requests: await pollsOf(origin, device),
      env: { LOAD_AUTHORIZATION: basic(device) },
    },
    {
      name: "device sign-ins that begin",
      requests: [{ path: "/oauth/device_authorization", form: { scope: "openid" } }],
      env: { LOAD_AUTHORIZATION: basic(device) },
    },
    { name: "client registration", requests: [{ path: "/oauth/register", json: registration }] },
  ];
}

async function pollsOf(origin: string, device: Application): Promise<Sent[]> {
  const polls: Sent[] = [];
  for (let n = 0; n < devices; n++) {
    const begun = new URLSearchParams({ scope: "openid" });
    const { device_code } = await sent<{ device_code: string }>(
      `${origin}/oauth/device_authorization`,
      begun,
      basic(device),
    );
    const grant_type = "urn:ietf:params:oauth:grant-type:device_code";
    polls.push({ path: "/oauth/token", form: { grant_type, device_code } });
  }
  return polls;
}

/** Both kinds of token traffic, one after the other, during the storm. */
async function measure(sentinel: Server, site: Site, seconds: number, storm?: Storm): Promise<StormRow> {
  const { origin } = sentinel;
  const alone = await rageAlone(sentinel, seconds, storm);
  const raging = storm && rage(origin, storm, 2 * (seconds + 2) + 1);
  const tokens = { connections: clients.tokens, seconds };
  await wrk({ ...tokens, url: `${origin}/users/me`, token: site.token, seconds: 1 }); // warms up
  const me = await wrk({ ...tokens, url: `${origin}/users/me`, token: site.token });
  const introspect = { url: `${origin}/oauth/introspect`, script: "form.lua", env: site.introspection };
  await wrk({ ...tokens, ...introspect, seconds: 1 });
  const introspection = await wrk({ ...tokens, ...introspect });
  await raging;
  const name = storm?.name ?? "none";
  for (const [what, load] of Object.entries({ me, introspection })) {
    if (load.failures > 0 || !(load.requests > 0)) fail(`${name}: ${load.failures} of ${load.requests} ${what} failed`);
  }
  return {
    name,
    storm: alone,
    me: latency(me),
    introspection: latency(introspection),
  };
}

function latency({ rate, p50Ms, p99Ms }: Load): Latency {
  return { requestsPerSecond: rate, p50Ms, p99Ms };
}

/** What the storm costs the server. */
async function rageAlone(sentinel: Server, seconds: number, storm?: Storm): Promise<StormRow["storm"]> {
  if (!storm) return { requestsPerSecond: 0, cpuMicros: 0, refused: 0 };
  const before = await cpuSeconds(sentinel);
  const { requests, rate, failures } = await rage(sentinel.origin, storm, seconds);
  return {
    requestsPerSecond: rate,
    cpuMicros: (await cpuSeconds(sentinel) - before) / requests * 1e6,
    refused: failures,
  };
}

function rage(origin: string, { requests, env = {} }: Storm, seconds: number): Promise<Load> {
  return wrk({ url: origin, connections: clients.storm, seconds, requests, env });
}

async function signInPage(origin: string) {
  const page = await fetch(`${origin}/signin`);
  const html = await page.text();
  return {
    cookie: page.headers.getSetCookie().map((each) => each.split(";")[0]).join("; "),
    formToken: /name="form_token" value="([^"]+)"/.exec(html)![1]!,
    bytes: new TextEncoder().encode(html).length,
  };
}

/** Sends a form as a client, and returns the answer. */
async function sent<T>(url: string, body: URLSearchParams, authorization: string): Promise<T> {
  const answer = await fetch(url, { method: "POST", headers: { authorization }, body });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return await answer.json();
}

/** The worst 99th percentile of token traffic in a storm, and the goal's judgement of the page's size. */
export function printStormGoals({ rows, pageBytes }: { rows: StormRow[]; pageBytes: number }): void {
  for (const { name, me, introspection } of rows.slice(1)) {
    const worst = Math.max(me.p99Ms, introspection.p99Ms);
    printGoal(
      `p99 of token traffic in a storm of ${name} under ${p99MsMax} ms`,
      `${worst.toFixed(1)} ms`,
      worst < p99MsMax,
    );
  }
  printGoal(`the sign-in page is at most ${pageSizeMax} bytes`, `${pageBytes} bytes`, pageBytes <= pageSizeMax);
}

if (import.meta.main) {
  const { seconds, only } = numbersGiven({ seconds: 5, only: 0 });
  await printConditions({
    tool: await toolVersion("wrk"),
    model: `closed, ${clients.tokens} clients with tokens beside ${clients.storm} of a storm`,
    seconds,
  });
  const seen = await storms({ seconds, only });
  for (const { name, storm: { requestsPerSecond, cpuMicros, refused }, me, introspection } of seen.rows) {
    const p99 = ({ p99Ms, requestsPerSecond }: Latency) =>
      `p99 ${p99Ms.toFixed(1).padStart(5)} ms at ${requestsPerSecond.toFixed(0).padStart(6)}/s`;
    console.log(
      `${name.padEnd(36)} ${requestsPerSecond.toFixed(0).padStart(6)}/s, ${
        cpuMicros.toFixed(0).padStart(6)
      } µs of CPU, ` +
        `${refused} refused; ` +
        `GET /users/me ${p99(me)}; introspection ${p99(introspection)}`,
    );
  }
  printStormGoals(seen);
}
