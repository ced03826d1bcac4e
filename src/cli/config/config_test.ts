import assert from "node:assert/strict";
import { run } from "../../main.ts";

const canary = "canary-7f3a-do-not-print";
const secret = "3q2+7wABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhs=";
const cluster = {
  DATABASE_URL: `postgres://ada:${canary}@db.example/app?sslmode=verify-full`,
  SENTINEL_PUBLIC_URL: "https://auth.example",
  SENTINEL_SECRET: secret,
  SENTINEL_METRICS_TOKEN: canary,
  SENTINEL_ADMIN_USERNAME: "ada",
  SENTINEL_ADMIN_EMAIL: "ada@example.com",
  SENTINEL_ADMIN_PASSWORD: canary,
};

async function config(args: string[], env: Record<string, string> = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await run(["config", ...args], {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    stdin: () => Promise.resolve(""),
    stdinStream: () => new Blob([]).stream(),
    env,
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

Deno.test("config check reports a valid configuration", async () => {
  assert.deepEqual(await config(["check"], cluster), { code: 0, out: "The configuration is valid.", err: "" });
});

Deno.test("config check exits 78 and prints every error and warning to standard error", async () => {
  const { code, out, err } = await config(["check"], { PORT: "x", SENTINEL_DOCS: "x", SENTINEL_SECRT: secret });
  assert.equal(code, 78);
  assert.equal(out, "");
  assert.deepEqual(err.split("\n"), [
    "error: PORT must be a whole number from 1 to 65535",
    "error: SENTINEL_DOCS must be on or off",
    "warning: SENTINEL_SECRT is not a setting; did you mean SENTINEL_SECRET?",
  ]);
});

Deno.test("config check --json prints the same as one document, without the settings", async () => {
  const { code, out } = await config(["check", "--json"], { PORT: "x" });
  assert.equal(code, 78);
  const issues = [{ setting: "PORT", problem: "must be a whole number from 1 to 65535" }];
  assert.deepEqual(JSON.parse(out), { ok: false, issues, warnings: [] });
});

Deno.test("config print shows each setting with its source", async () => {
  const { code, out } = await config(["print"], cluster);
  assert.equal(code, 0);
  assert.match(out, /^PORT\t8000\tdefault$/m);
  assert.match(out, /^DATABASE_URL\tpostgres:\/\/ada:\*\*\*@db\.example\/app\?sslmode=verify-full\tenvironment$/m);
  assert.match(out, /^SENTINEL_SECRET\t\(set\)\tenvironment$/m);
});

Deno.test("config print --json prints the settings as data", async () => {
  const { items: settings } = JSON.parse((await config(["print", "--json"], { PORT: "9000" })).out);
  assert.deepEqual(settings[0], { setting: "PORT", value: "9000", source: "environment" });
});

Deno.test("config never prints a secret, whatever the command and whatever is wrong", async () => {
  const broken = { ...cluster, DATABASE_URL: `postgres://ada:${canary}/@db`, SENTINEL_SECRET: `${secret}${secret}` };
  for (const env of [cluster, broken, { SENTINEL_SECRET_FILE: secret, SENTINEL_SECRT: canary }]) {
    for (const args of [["check"], ["print"], ["check", "--json"], ["print", "--json"]]) {
      const { out, err } = await config(args, env);
      for (const text of [canary, secret]) assert.ok(!`${out}${err}`.includes(text), `${args}: ${out}${err}`);
    }
  }
});
