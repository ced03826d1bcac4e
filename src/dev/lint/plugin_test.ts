import assert from "node:assert/strict";
import plugin from "./plugin.ts";
import { looksLikeSql } from "./statements.ts";

type RuleName = keyof typeof plugin.rules;

/** The messages of a rule for a file at this path below `src/`, or at an absolute path. */
function messages(rule: RuleName, path: string, source: string): string[] {
  const filename = path.startsWith("/") ? path : `/srv/app/src/${path}`;
  const found = Deno.lint.runPlugin(plugin, filename, source);
  return found.filter(({ id }) => id === `sentinel/${rule}`).map(({ message }) => message);
}

/** Checks each row: a path, a source, and whether the rule reports it. */
function table(rule: RuleName, rows: [fires: boolean, path: string, source: string][]) {
  for (const [fires, path, source] of rows) {
    assert.equal(messages(rule, path, source).length, fires ? 1 : 0, `${path}: ${source}`);
  }
}

Deno.test("layer-imports allows imports from route to noun, store and platform", () => {
  table("layer-imports", [
    [false, "sessions/login_route.ts", `import { createSessions } from "./sessions.ts";`],
    [false, "sessions/login_route.ts", `import { createRoute } from "../http/contract.ts";`],
    [false, "sessions/sessions.ts", `import { findSession } from "./session_store.ts";`],
    [false, "sessions/session_store.ts", `import type { Db } from "../platform/db.ts";`],
    [false, "platform/pool.ts", `import { systemClock } from "./clock.ts"; import pg from "pg"; import "node:net";`],
    [true, "sessions/session_store.ts", `import { createSessions } from "./sessions.ts";`],
    [true, "sessions/session_store.ts", `import { json } from "../http/contract.ts";`],
    [true, "sessions/sessions.ts", `import { loginRoute } from "./login_route.ts";`],
    [true, "sessions/sessions.ts", `import { json } from "../http/contract.ts";`],
    [true, "sessions/sessions.ts", `import { sessionRoutes } from "./mod.ts";`],
    [true, "http/requires.ts", `import { findSession } from "../sessions/session_store.ts";`],
    [true, "platform/db.ts", `import { createSessions } from "../sessions/sessions.ts";`],
    [true, "platform/db.ts", `import { problems } from "../vocabulary/problems.ts";`],
    [true, "vocabulary/problems.ts", `import { createSessions } from "../sessions/sessions.ts";`],
  ]);
});

Deno.test("layer-imports allows a route to import its own feature's store, and no other", () => {
  table("layer-imports", [
    [false, "audit/list_events_route.ts", `import { listEvents } from "./event_store.ts";`],
    [true, "sessions/login_route.ts", `import { listEvents } from "../audit/event_store.ts";`],
  ]);
});

Deno.test("layer-imports allows features to import each other through a noun or mod.ts only", () => {
  table("layer-imports", [
    [false, "sessions/sessions.ts", `import { createUsers } from "../accounts/users.ts";`],
    [false, "ops/mod.ts", `import { sessionRoutes } from "../sessions/mod.ts";`],
    [true, "sessions/sessions.ts", `import { findUser } from "../accounts/user_store.ts";`],
    [true, "sessions/session_store.ts", `import { findUser } from "../accounts/user_store.ts";`],
    [true, "sessions/login.ts", `import { registerRoute } from "../accounts/register_route.ts";`],
  ]);
});

Deno.test("layer-imports allows every feature to import the dictionaries, and the configuration as types", () => {
  table("layer-imports", [
    [false, "sessions/sessions.ts", `import { Problem } from "../vocabulary/problems.ts";`],
    [false, "sessions/session_store.ts", `import { events } from "../vocabulary/dictionary.ts";`],
    [false, "sessions/sessions.ts", `import type { Config } from "../compose/config.ts";`],
    [false, "sessions/sessions.ts", `import { type Config, type Secrets } from "../compose/config.ts";`],
    [false, "sessions/sessions.ts", `export type { Config } from "../compose/config.ts";`],
    [false, "sessions/sessions.ts", `type Config = import("../compose/config.ts").Config;`],
    [false, "sessions/sessions.ts", `import type { Secrets } from "../vocabulary/secrets.ts";`],
    [false, "compose/config.ts", `import { settings } from "./settings.ts";`],
    [true, "sessions/sessions.ts", `import { createSecrets } from "../vocabulary/secrets.ts";`],
    [true, "sessions/sessions.ts", `import { readConfig } from "../compose/config.ts";`],
    [true, "sessions/sessions.ts", `import { type Config, readConfig } from "../compose/config.ts";`],
    [true, "sessions/sessions.ts", `import "../compose/config.ts";`],
  ]);
});

Deno.test("layer-imports allows the composition to import all shipped code, and no code to import it", () => {
  table("layer-imports", [
    [false, "compose/services.ts", `import { findUser } from "../accounts/user_store.ts";`],
    [false, "cli/serve.ts", `import { createServices } from "../compose/services.ts";`],
    [true, "sessions/sessions.ts", `import type { Services } from "../compose/services.ts";`],
    [true, "main.ts", `import { ada } from "./testing/people/people.ts";`],
    [true, "cli/serve.ts", `const { seed } = await import("../dev/seed.ts");`],
    [true, "cli/serve.ts", `export * from "./serve_test.ts";`],
  ]);
});

Deno.test("layer-imports ignores tests, development tools, pages and statements", () => {
  table("layer-imports", [
    [false, "sessions/login_route_test.ts", `import { ada } from "../testing/people/people.ts";`],
    [false, "testing/harness.ts", `import { findUser } from "../accounts/user_store.ts";`],
    [false, "dev/generate.ts", `import { findUser } from "../accounts/user_store.ts";`],
    [false, "sessions/session_store.ts", `import sql from "./list.sql" with { type: "text" };`],
    [false, "compose/migrations.ts", `import users from "../../sql/migrations/0001_users.sql" with { type: "text" };`],
    [false, "/srv/loadtest/login.ts", `import { ada } from "../app/testing/people/people.ts";`],
  ]);
});

Deno.test("layer-imports says what to do instead", () => {
  const source = `import { findUser } from "../accounts/user_store.ts";`;
  assert.deepEqual(messages("layer-imports", "sessions/sessions.ts", source), [
    "A noun may not import a store (accounts/user_store.ts): call a noun of its feature.",
  ]);
});

Deno.test("layer-imports places a file wherever the checkout is", () => {
  const source = `import { findUser } from "../accounts/user_store.ts";`;
  table("layer-imports", [
    [true, "/home/ada/src/sentinel/src/sessions/sessions.ts", source],
    [false, "/home/ada/src/sentinel/src/testing/people/people.ts", source],
  ]);
  const layered = (path: string) =>
    Deno.lint.runPlugin(plugin, path, source).filter(({ id }) => id === "sentinel/layer-imports");
  assert.equal(layered("src/sessions/sessions.ts").length, 1);
  assert.equal(layered("C:\\house\\src\\sessions\\sessions.ts").length, 1);
});

Deno.test("sql-only-in-stores reports a statement in a noun, a route or a command", () => {
  table("sql-only-in-stores", [
    [true, "sessions/sessions.ts", "const text = `select id from sessions where user_id = $1`;"],
    [true, "sessions/login_route.ts", `const text = "delete from sessions where id = $1";`],
    [true, "cli/user.ts", "const text = `update ${table} set ${columns}`;"],
    [true, "http/limits.ts", `await db.query("take", "select 1");`],
    [true, "sessions/sessions.ts", `await db.query("take", text);`],
    [false, "sessions/session_store.ts", `await db.query("find", "select id from sessions");`],
    [false, "platform/migrate.ts", `await db.query("lock", "select pg_try_advisory_lock($1)");`],
    [false, "sessions/session_store_test.ts", `await db.query("count", "select count(*) from sessions");`],
    [false, "sessions/login_route.ts", `const size = c.req.query("page_size");`],
  ]);
});

Deno.test("sql-only-in-stores distinguishes a statement from a sentence", () => {
  const statements = [
    "select * from users",
    "SELECT id, name FROM roles",
    "select 1",
    "select pg_notify($1, $2)",
    "\n  -- newest first\n  select u.id\n  from users u",
    "insert into users (id) values ($1)",
    "update users set disabled_at = now()",
    "delete from sessions",
    "delete from sessions s using users u where u.id = s.user_id",
    "with recursive held as (select 1) select * from held",
    "lock table users in share mode",
    "lock role_graph in exclusive mode",
    `listen "sentinel_changes"`,
    "listen sentinel_changes",
    "notify changes, 'all'",
    "set local lock_timeout = '1s'",
    "set statement_timeout to 0",
    "create unique index concurrently users_email_key on users (email)",
    "create schema if not exists $0",
    "truncate table throttle",
    "discard all",
  ];
  const sentences = [
    "Select a role from the list",
    "select one of your roles from the list",
    "Select role(s)",
    "update available",
    "Update the password and set it again",
    "Delete from the archive what nobody asks for",
    "insert into the form what you know.",
    "with a token",
    "Lock the account",
    "notify the owner",
    "listen on port 8000",
    "Set a password",
    "set password to something longer",
    "create role",
    "Create an account",
    "drop privileges",
    "You may select roles from groups.",
    "users:delete",
    "",
  ];
  assert.deepEqual(statements.filter((text) => !looksLikeSql(text)), []);
  assert.deepEqual(sentences.filter(looksLikeSql), []);
});

Deno.test("hono-only-at-the-wire reports Hono in a noun, a store, the platform or the composition", () => {
  table("hono-only-at-the-wire", [
    [true, "sessions/sessions.ts", `import { Hono } from "hono";`],
    [true, "sessions/sessions.ts", `import type { Context } from "hono";`],
    [true, "platform/metrics.ts", `import { cors } from "hono/cors";`],
    [true, "services.ts", `import { OpenAPIHono } from "@hono/zod-openapi";`],
    [false, "sessions/login_route.ts", `import { createRoute } from "@hono/zod-openapi";`],
    [false, "sessions/mod.ts", `import { Hono } from "hono";`],
    [false, "http/app.ts", `import { Hono } from "hono";`],
    [false, "testing/harness.ts", `import { testClient } from "hono/testing";`],
    [false, "sessions/sessions.ts", `import { z } from "zod"; import { x } from "honour";`],
  ]);
});

Deno.test("environment-only-in-config reports every way to read the environment", () => {
  table("environment-only-in-config", [
    [true, "main.ts", `const port = Deno.env.get("PORT");`],
    [true, "platform/db.ts", `const url = process.env.DATABASE_URL;`],
    [true, "services.ts", `const url = globalThis.process.env["DATABASE_URL"];`],
    [true, "services.ts", `const { env } = Deno;`],
    [true, "sessions/keys.ts", `import { env } from "node:process";`],
    [false, "compose/config.ts", `const port = Deno.env.get("PORT");`],
    [false, "testing/run.ts", `const url = Deno.env.get("TEST_DATABASE_URL");`],
    [false, "platform/metrics.ts", `import process from "node:process"; process.cpuUsage();`],
  ]);
});

Deno.test("clock-as-dependency reports the machine's clock in nouns, stores and routes", () => {
  table("clock-as-dependency", [
    [true, "sessions/tokens.ts", `const iat = Date.now();`],
    [true, "sessions/tokens.ts", `const { now } = Date;`],
    [true, "sessions/session_store.ts", `const now = new Date();`],
    [true, "sessions/login_route.ts", `const start = performance.now();`],
    [true, "access/grants.ts", `const now = Temporal.Now.instant();`],
    [false, "sessions/tokens.ts", `const iat = clock.now(); const at = new Date(iat);`],
    [false, "platform/clock.ts", `const iat = Date.now();`],
    [false, "http/access_log.ts", `const start = performance.now();`],
    [false, "cli/serve.ts", `const start = new Date();`],
    [false, "sessions/tokens_bench.ts", `const start = performance.now();`],
  ]);
});

Deno.test("X71 normalize-only-when-bounded reports text of unlimited length, however normalize is called", () => {
  table("normalize-only-when-bounded", [
    [true, "sessions/passwords.ts", `hash(password.normalize("NFC"));`],
    [true, "accounts/identifiers.ts", `const canonical = text?.normalize("NFKC");`],
    [true, "http/body.ts", `text["normalize"]();`],
    [true, "platform/cut_text.ts", `String.prototype.normalize.call(text);`],
    [true, "cli/user.ts", `const { normalize } = String.prototype;`],
    [false, "platform/text/normal_form.ts", `return text.normalize(form);`],
    [false, "accounts/identifiers_test.ts", `const decomposed = text.normalize("NFD");`],
    [false, "sessions/passwords.ts", `hash(normalForm(password, "NFC"));`],
  ]);
});

Deno.test("no-default-export reports in src/ only, and not the plugin", () => {
  table("no-default-export", [
    [true, "sessions/sessions.ts", `export default function login() {}`],
    [true, "sessions/sessions.ts", `const login = 1; export { login as default };`],
    [false, "sessions/sessions.ts", `export function login() {}`],
    [false, "dev/lint/plugin.ts", `export default {};`],
    [false, "/srv/app/loadtest/login.ts", `export default function () {}`],
  ]);
});

Deno.test("no-import-in-requests reports a dynamic import that may run inside a request", () => {
  const snapshot = "const outside = AsyncLocalStorage.snapshot();";
  table("no-import-in-requests", [
    [true, "sessions/login/login.ts", `const load = () => import("zod");`],
    [true, "http/request/handler.ts", `await import("./page.ts");`],
    [false, "sessions/login/login.ts", `${snapshot} const load = () => outside(() => import("zod"));`],
    [false, "sessions/login/login.ts", `const zod = lazily(() => import("zod"));`],
    [false, "sessions/login/login.ts", `import { z } from "zod"; type Z = typeof import("zod");`],
    [false, "sessions/login/login_test.ts", `const load = () => import("zod");`],
  ]);
});

Deno.test("no-enum reports an enum and not a union", () => {
  table("no-enum", [
    [true, "sessions/keys.ts", `enum State { Next }`],
    [true, "sessions/keys.ts", `export const enum State { Next }`],
    [false, "sessions/keys.ts", `type State = "next" | "active";`],
  ]);
});

Deno.test("no-class allows errors, disposables and the platform to have classes", () => {
  table("no-class", [
    [true, "sessions/sessions.ts", `export class Sessions { login() {} }`],
    [true, "sessions/sessions.ts", `const Sessions = class extends Base {};`],
    [false, "problems.ts", `export class Problem extends Error {}`],
    [false, "sessions/sessions.ts", `class Reused extends Problem {}`],
    [false, "services.ts", `class Services { async [Symbol.asyncDispose]() {} }`],
    [false, "platform/pool.ts", `export class Pool { query() {} }`],
  ]);
});

Deno.test("store-shape requires db first and one statement", () => {
  const path = "sessions/session_store.ts";
  const body = `{ return db.query("find", "select 1"); }`;
  table("store-shape", [
    [false, path, `export function findSession(db: Db, id: string) ${body}`],
    [false, path, `export const findSession = async (db: Db) => await db.query<Row>("find", "select 1");`],
    [false, path, `function toSession(row: Row) { return row; }`],
    [false, "sessions/sessions.ts", `export function login(tx: Tx) { throw new Problem("forbidden"); }`],
    [true, path, `export function findSession(id: string, db: Db) ${body}`],
    [true, path, `export function findSession(db: Pool) ${body}`],
    [true, path, `export function findSession(db: Db) { return db.cached("find"); }`],
    [
      true,
      path,
      `export async function move(db: Db) { await db.query("a", "select 1"); await db.query("b", "select 2"); }`,
    ],
    [true, path, `function findSession(tx: Db) { return tx.query("find", "select 1"); } export { findSession };`],
  ]);
});

Deno.test("store-shape refuses a store that decides or opens a transaction", () => {
  table("store-shape", [
    [true, "sessions/session_store.ts", `function refuse() { throw new Problem("not_found"); }`],
    [
      true,
      "sessions/session_store.ts",
      `export function move(db: Db) { return db.transaction((db) => db.query("a", "select 1")); }`,
    ],
    [false, "sessions/session_store.ts", `function refuse() { throw new Error("two rows"); }`],
  ]);
});

Deno.test("file-names reports what is not snake_case or not a name", () => {
  table("file-names", [
    [true, "sessions/loginRoute.ts", ""],
    [true, "sessions/login-route.ts", ""],
    [true, "sessions/utils.ts", ""],
    [true, "sessions/session_helpers.ts", ""],
    [true, "sessions/session_manager_test.ts", ""],
    [true, "common/clock.ts", ""],
    [true, "accounts/base_store.ts", ""],
    [false, "sessions/login_route.ts", ""],
    [false, "sessions/base64url.ts", ""],
    [false, "accounts/common_passwords.ts", ""],
    [false, "http/media_type.ts", ""],
    [false, "main.ts", ""],
    [false, "/srv/My-Apps/loadtest/login.ts", ""],
  ]);
});

Deno.test("file-size reports more than 300 lines, but not in a test", () => {
  table("file-size", [
    [false, "sessions/sessions.ts", "const a = 1;\n".repeat(300)],
    [true, "sessions/sessions.ts", "const a = 1;\n".repeat(301)],
    [false, "sessions/sessions_test.ts", "const a = 1;\n".repeat(301)],
  ]);
});

Deno.test("file-size reports more than 60 lines of a function's own code", () => {
  const lines = (count: number) => "a();\n".repeat(count);
  const part = (name: string) => `/**\n * Does ${name}.\n */\nfunction ${name}() {\n${lines(40)}}\n\n`;
  table("file-size", [
    [false, "sessions/sessions.ts", `function login() {\n${lines(58)}}`],
    [true, "sessions/sessions.ts", `function login() {\n${lines(59)}}`],
    [true, "sessions/sessions.ts", `const login = () => {\n${lines(59)}};`],
    [true, "sessions/sessions.ts", `const sessions = {\nlogin() {\n${lines(59)}},\n};`],
    [
      false,
      "sessions/sessions.ts",
      `function createSessions() {\nreturn { login, logout };\n${part("login")}${part("logout")}}`,
    ],
    [false, "sessions/sessions.ts", `// 😀\nfunction login() {\n${"// why\n\n".repeat(60)}}`],
  ]);
});

Deno.test("comment-width reports a line of a comment over 120 columns, but no command and no code", () => {
  const words = (columns: number) => "word ".repeat(columns / 5).trimEnd();
  table("comment-width", [
    [false, "sessions/sessions.ts", `/** ${words(100)} */`],
    [true, "sessions/sessions.ts", `/** ${words(120)} */`],
    [true, "sessions/sessions.ts", `/**\n * A sentence.\n * ${words(125)}\n */`],
    [false, "sessions/sessions.ts", `/**\n * A sentence.\n *   ${words(125)}\n */`],
    [true, "sessions/sessions.ts", `function login() {\n  // ${words(120)}\n}`],
    [false, "sessions/sessions.ts", `const text = "${words(100)}"; // ${words(20)}`],
  ]);
});

Deno.test("pinned-npm reports a specifier that the import map does not pin", () => {
  table("pinned-npm", [
    [true, "sessions/tokens.ts", `import { encodeHex } from "jsr:@std/encoding";`],
    [true, "sessions/tokens.ts", `import { encodeHex } from "https://example.com/hex.ts";`],
    [true, "sessions/tokens.ts", `export * from "http://example.com/hex.ts";`],
    [true, "sessions/tokens_test.ts", `const jose = await import("npm:jose@6.2.18");`],
    [false, "sessions/tokens.ts", `import { jwtVerify } from "jose"; import { timingSafeEqual } from "node:crypto";`],
  ]);
});

Deno.test("escaped-markup refuses what puts a value on a page as it is", () => {
  table("escaped-markup", [
    [true, "account/account_page.ts", `import { raw } from "hono/html";`],
    [true, "http/pages/frame.ts", `import { html, raw as plain } from "hono/html";`],
    [true, "account/account_page.tsx", `export const page = <p dangerouslySetInnerHTML={{ __html: name }} />;`],
    [true, "account/account_page.ts", `document.body.innerHTML = name;`],
    [false, "http/pages/markup.ts", `import { html } from "hono/html";`],
    [false, "testing/raw.ts", `import { raw } from "hono/html";`],
  ]);
});

Deno.test("layer-imports lets a page draw what it is given: it calls no rules and no statements", () => {
  table("layer-imports", [
    [false, "account/account_page.ts", `import { html } from "../http/pages/markup.ts";`],
    [false, "account/account_page.ts", `import type { SessionRow } from "../sessions/sessions/session_lists.ts";`],
    [false, "account/account_route.ts", `import { accountPage } from "./account_page.ts";`],
    [true, "account/account_page.ts", `import { createLogins } from "../sessions/login/login.ts";`],
    [true, "account/account_page.ts", `import { listSessions } from "../sessions/sessions/session_store.ts";`],
  ]);
});
