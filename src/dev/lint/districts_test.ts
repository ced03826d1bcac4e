import assert from "node:assert/strict";
import { owners } from "./tables.ts";
import plugin from "./plugin.ts";

type RuleName = keyof typeof plugin.rules;

function refused(rule: RuleName, path: string, source: string): string[] {
  const only = { name: plugin.name, rules: { [rule]: plugin.rules[rule] } };
  return Deno.lint.runPlugin(only, `/srv/src/${path}`, source).map(({ message }) => message);
}

function table(rule: RuleName, rows: [fires: boolean, path: string, source: string][]) {
  for (const [fires, path, source] of rows) assert.equal(refused(rule, path, source).length, fires ? 1 : 0, source);
}

Deno.test("district-imports refuses an import that points upwards, even of a type", () => {
  table("district-imports", [
    [true, "access/grants/grants.ts", `import { findUser } from "../../accounts/users/users.ts";`],
    [true, "http/request/guard.ts", `import type { Roles } from "../../access/roles/roles.ts";`],
    [true, "sessions/login/login.ts", `export { token } from "../../oauth/token_endpoint/token_route.ts";`],
    [true, "platform/log.ts", `import { Problem } from "../vocabulary/problems.ts";`],
    [true, "compose/services.ts", `import { command } from "../cli/command.ts";`],
    [false, "accounts/users/users.ts", `import type { Grants } from "../../access/grants/grants.ts";`],
    [false, "access/grants/grants.ts", `import { createRoles } from "../roles/roles.ts";`],
    [false, "platform/log.ts", `import { version } from "../version.ts";`],
    [false, "access/grants/grants_test.ts", `import { users } from "../../accounts/users/users.ts";`],
  ]);
});

Deno.test("district-imports places an unknown feature above all features and below operations", () => {
  table("district-imports", [
    [false, "notes/notes.ts", `import type { Grants } from "../access/grants/grants.ts";`],
    [false, "compose/features.ts", `import { notes } from "../notes/mod.ts";`],
    [true, "oauth/token_endpoint/token_route.ts", `import { notes } from "../../notes/notes.ts";`],
    [true, "notes/notes.ts", `import { readiness } from "../operations/health/readiness.ts";`],
  ]);
});

Deno.test("district-imports says what to do instead", () => {
  assert.deepEqual(
    refused("district-imports", "access/grants/grants.ts", `import { users } from "../../accounts/users/users.ts";`),
    ["access is below accounts (accounts/users/users.ts): take what is needed as an argument, or move it down."],
  );
});

Deno.test("table-owners refuses to change rows outside of the cell that owns their table", () => {
  table("table-owners", [
    [true, "sessions/login/login_store.ts", `query("update grants set expires_at = now() where user_id = $1");`],
    [true, "accounts/users/user_store.ts", "query(`delete from sessions where user_id = $1`);"],
    [true, "accounts/users/user_store.ts", `query("update users set password_hash = $1 where id = $2");`],
    [true, "credentials/passwords/password_store.ts", `query("update users set username = $1 where id = $2");`],
    [true, "sessions/login/login_store.ts", "query(`with old as (\n  delete from grants\n) select 1`);"],
    [false, "access/grants/grant_store.ts", `query("update grants set expires_at = now() where user_id = $1");`],
    [false, "credentials/passwords/password_store.ts", `query("update users set password_hash = $1 where id = $2");`],
    [false, "sessions/login/login_store.ts", "query(`select 1 from grants g for update of g`);"],
    [false, "portability/table_store.ts", "query(`insert into grants values ($1)`);"],
  ]);
});

Deno.test("every owner is a cell that exists", () => {
  assert.ok(Object.keys(owners).length > 10);
  for (const cell of Object.values(owners)) {
    assert.ok(Deno.statSync(new URL(`../../${cell}`, import.meta.url)).isDirectory);
  }
});
