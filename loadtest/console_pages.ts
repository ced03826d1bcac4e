/**
 * The server's time for each page of the console with many users and roles in the database.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/console_pages.ts [--users 1000000] [--roles 10000] [--times 20]
 *
 * Creates a database of its own beside that of `DATABASE_URL`, and drops it at the end. Seeds users and roles (chains
 * of ten that inherit from each other), signs an administrator in on `/signin`, follows the links of the console to one
 * page of each kind, and opens each `--times` times, one after the other. Prints the median and the longest time from
 * the request to the last byte, and the server's CPU time of one page.
 */
import pg from "pg";
import {
  cpuSeconds,
  emptySchema,
  median,
  newAdministrator,
  numbersGiven,
  printConditions,
  printGoal,
  startSentinel,
} from "./rig.ts";
import { roleName, seed, userId } from "./seed.ts";

const { users, roles, times } = numbersGiven({ users: 1_000_000, roles: 10_000, times: 20 });
const goalMs = 100;

await using _database = await ownDatabase();
await using schema = await emptySchema();
await using sentinel = await startSentinel(8140);
const { origin } = sentinel;
const started = performance.now();
await seed(schema.sql, schema.name, { users, roles, sessions: 1_000 });
const administrator = await newAdministrator(schema, origin);
await printConditions({
  model: "one browser, one page after the other",
  users,
  roles,
  times,
  "seeded in": `${((performance.now() - started) / 1_000).toFixed(0)} s`,
});

const cookies = new Map<string, string>();
await signIn();
let slowest = 0;
for (const path of await paths()) {
  const elapsed: number[] = [];
  await open(path);
  const before = await cpuSeconds(sentinel);
  for (let time = 0; time < times; time++) {
    const from = performance.now();
    const { status } = await open(path);
    elapsed.push(performance.now() - from);
    if (status !== 200) throw new Error(`${path}: ${status}`);
  }
  const cpuMs = (await cpuSeconds(sentinel) - before) / times * 1_000;
  slowest = Math.max(slowest, median(elapsed));
  const figures = [median(elapsed), Math.max(...elapsed), cpuMs].map((ms) => ms.toFixed(1).padStart(7));
  console.log(
    `${path.slice(0, 70).padEnd(70)} median ${figures[0]} ms, longest ${figures[1]} ms, ${figures[2]} ms of CPU`,
  );
}
printGoal(`every page of the console within ${goalMs} ms`, `the slowest ${slowest.toFixed(1)} ms`, slowest < goalMs);

/**
 * One page of each kind: those that the console links to, and those of a user and of a role with many others around.
 */
async function paths(): Promise<string[]> {
  const [user, role] = [userId(Math.floor(users / 2)), roleName(Math.floor(roles / 2))];
  const queue = [
    "/console",
    "/console/users?q=seed-5",
    "/console/users?state=disabled",
    `/console/users?role=${role}`,
    `/console/users/${user}`,
    `/console/roles/${role}`,
    `/console/roles/user`,
    "/console/roles?q=role-99",
  ];
  const [found, shapes] = [[] as string[], new Set<string>()];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const shape = path.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "{id}").replace(
      /(roles|permissions)\/[^/?]+/,
      "$1/{name}",
    )
      .replaceAll(/=[^&]*/g, "=");
    if (shapes.has(shape)) continue;
    shapes.add(shape);
    const { status, html } = await open(path);
    if (status !== 200) continue;
    found.push(path);
    for (const [, href] of html.matchAll(/<a\b[^>]*\bhref="(\/console[^"#]*)/g)) {
      queue.push(href!.replaceAll("&amp;", "&"));
    }
  }
  return found;
}

async function signIn(): Promise<void> {
  const { html } = await open("/signin");
  const [, token] = /name="form_token" value="([^"]+)"/.exec(html)!;
  const { username, password } = administrator;
  const body = new URLSearchParams({ username, password, form_token: token! });
  const { status } = await open("/signin", { method: "POST", body, headers: { "sec-fetch-site": "same-origin" } });
  if (status !== 200) throw new Error(`the sign-in answered ${status}`);
}

/** Opens a page with the cookies of the browser. */
async function open(path: string, init: RequestInit = {}): Promise<{ status: number; html: string }> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const headers = { accept: "text/html", cookie, ...init.headers as Record<string, string> };
  const response = await fetch(origin + path, { ...init, headers, redirect: "manual" });
  for (const header of response.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(header)!;
    cookies.set(name!, value!);
  }
  return { status: response.status, html: await response.text() };
}

/** A database for this run, which `DATABASE_URL` then names. */
async function ownDatabase(): Promise<AsyncDisposable> {
  const url = new URL(Deno.env.get("DATABASE_URL")!);
  const name = `console_pages_${crypto.randomUUID().slice(0, 8)}`;
  const admin = new pg.Client({ connectionString: url.href });
  await admin.connect();
  await admin.query(`create database ${name}`);
  url.pathname = `/${name}`;
  Deno.env.set("DATABASE_URL", url.href);
  return {
    async [Symbol.asyncDispose]() {
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}
