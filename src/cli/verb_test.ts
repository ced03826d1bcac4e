import assert from "node:assert/strict";
import { run, verbs } from "../main.ts";
import { runVerb } from "../testing/verbs.ts";

const canary = "canary-7f3a-do-not-print";
const badSettings = { PORT: "x" };

Deno.test("--help lists every verb and the exit codes", async () => {
  for (const flag of ["--help", "-h"]) {
    const { code, out, err } = await runVerb([flag]);
    assert.equal(code, 0);
    assert.deepEqual(err, []);
    for (const { name, summary } of verbs) assert.ok(out.some((line) => line.includes(`${name} `) && summary !== ""));
    assert.match(out.at(-1)!, /0 ok, 1 failed, 2 usage, 78 bad configuration/);
  }
});

Deno.test("--help on each verb shows its usage and does nothing else, whatever stands beside it", async () => {
  for (const { name, usage } of verbs) {
    for (const args of [["--help"], ["-h"], [`--${canary}`, "--help"]]) {
      const outcome = await runVerb([name, ...args], { env: badSettings, typed: [canary] });
      assert.deepEqual(outcome, { code: 0, out: [usage], err: [], asked: [] });
      assert.ok(usage.startsWith(`sentinel ${name}`));
    }
  }
});

Deno.test("whoever stops reading the help, as true does, is told nothing", async () => {
  const err: string[] = [];
  const io = {
    out: () => {
      throw new Deno.errors.BrokenPipe("gone");
    },
    err: (line: string) => void err.push(line),
  };
  const rest = { stdin: () => Promise.resolve(""), stdinStream: () => new Blob().stream(), env: {} };
  for (const args of [["--help"], ["--version"], ["serve", "--help"]]) {
    assert.equal(await run(args, { ...io, ...rest }), 1);
  }
  assert.deepEqual(err, []);
});

Deno.test("--help behind -- is a word like any other", async () => {
  const { code, out } = await runVerb(["user", "disable", "--", "--help"], { env: badSettings });
  assert.equal(code, 78);
  assert.deepEqual(out, []);
});

Deno.test("T306 a verb that does not exist answers 2 and is not repeated", async () => {
  for (const word of [canary, `--${canary}`, "toString", "__proto__", ""]) {
    const { code, out, err } = await runVerb([word]);
    assert.equal(code, 2);
    assert.deepEqual(out, []);
    assert.deepEqual(err, ['There is no verb of that name. Try "sentinel --help".']);
  }
});

const misfits = [
  ["migrate"],
  ["migrate", canary],
  ["migrate", "up", canary],
  ["migrate", "up", `--password=${canary}`],
  ["migrate", "up", "--json=yes"],
  ["user"],
  ["user", canary],
  ["user", "toString"],
  ["user", "create"],
  ["user", "create", "--username", "ada"],
  ["user", "create", "--username", "ada", "--email", "ada@example.com", "--password", canary],
  ["user", "create", "--username", "ada", "--email", "ada@example.com", `--password=${canary}`],
  ["user", "create", "--username", "ada", "--email", "ada@example.com", `--password-stdin=${canary}`],
  ["user", "create", "--username", "ada", "--email", "ada@example.com", canary],
  ["user", "create-admin", "--username", "ada", "--email", "ada@example.com", "-p", canary],
  ["user", "create-admin", "--username", "ada", "--email", "ada@example.com", "--role", "user"],
  ["user", "set-password"],
  ["user", "set-password", "ada", canary],
  ["user", "set-password", "ada", "--password", canary],
  ["user", "disable"],
  ["user", "disable", "ada", canary],
  ["user", "enable", "--json"],
  ["user", "list", canary],
  ["user", "unlock"],
  ["user", "unlock", "ada", canary],
  ["keys"],
  ["keys", canary],
  ["keys", "list", canary],
  ["keys", "rotate", canary],
  ["keys", "rotate", "--json"],
  ["keys", "retire"],
  ["keys", "retire", "--force", canary],
  ["sessions"],
  ["sessions", "constructor"],
  ["sessions", "list"],
  ["sessions", "list", "ada", canary],
  ["sessions", "revoke"],
  ["sessions", "revoke", "ada", "--json"],
  ["sessions", "revoke-all"],
  ["sessions", "revoke-all", "--everybody", canary],
  ["sessions", "revoke-all", `--everybody=${canary}`],
  ["healthcheck", canary],
  ["healthcheck", `--url=${canary}`],
  ["audit", canary],
  ["audit", "verify", canary],
  ["audit", "verify", "--from", canary],
  ["audit", "checkpoint", `--${canary}`],
  ["openapi", canary],
  ["openapi", `--${canary}`],
];

Deno.test("T306 arguments that do not fit answer 2 with the usage, unrepeated, before anything is read or asked", async () => {
  for (const args of misfits) {
    const { usage } = verbs.find(({ name }) => name === args[0])!;
    const outcome = await runVerb(args, { env: badSettings, stdin: canary, typed: [canary, canary] });
    assert.deepEqual(outcome, { code: 2, out: [], err: [usage], asked: [] }, args.join(" "));
  }
});

Deno.test("a bad configuration answers 78 with every error, before a password is asked for", async () => {
  const person = ["--username", "ada", "--email", "ada@example.com"];
  const all = [
    ["migrate", "up"],
    ["migrate", "status", "--json"],
    ["migrate", "verify"],
    ["user", "create", ...person],
    ["user", "create-admin", ...person, "--password-stdin"],
    ["user", "set-password", "ada"],
    ["user", "disable", "ada"],
    ["user", "list"],
    ["user", "unlock", "ada"],
    ["keys", "list", "--json"],
    ["keys", "rotate"],
    ["keys", "retire", "ada"],
    ["sessions", "list", "ada"],
    ["sessions", "revoke", "ada"],
    ["sessions", "revoke-all", "--everybody"],
    ["audit", "verify"],
    ["audit", "checkpoint"],
    ["healthcheck"],
    ["openapi"],
  ];
  for (const args of all) {
    const env = { PORT: "x", SENTINEL_DOCS: "x", SENTINEL_SECRT: "x" };
    const outcome = await runVerb(args, { env, stdin: canary, typed: [canary, canary] });
    const err = [
      "warning: SENTINEL_SECRT is not a setting; did you mean SENTINEL_SECRET?",
      "error: PORT must be a whole number from 1 to 65535",
      "error: SENTINEL_DOCS must be on or off",
    ];
    assert.deepEqual(outcome, { code: 78, out: [], err, asked: [] }, args.join(" "));
  }
});

Deno.test("F02 a database that is not there fails a verb that names it, in one sentence and without its password", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const env = {
    DATABASE_URL: `postgres://ada:${canary}@127.0.0.1:${port}/app`,
    SENTINEL_SECRET: "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=",
    SENTINEL_PUBLIC_URL: "https://auth.example",
  };
  const all = [
    ["migrate", "up"],
    ["migrate", "status", "--json"],
    ["migrate", "verify"],
    ["user", "list", "--json"],
    ["user", "disable", "ada"],
    ["user", "import", "--from", "csv", "-"],
    ["role", "list"],
    ["keys", "rotate"],
    ["sessions", "revoke-all", "ada"],
    ["audit", "verify"],
    ["audit", "checkpoint"],
    ["db", "export"],
    ["db", "import", "-"],
  ];
  for (const args of all) {
    const named: string[] = [];
    const outcome = await runVerb(args, { env, named: (line) => named.push(line) });
    const err = ["error: The database cannot be reached, or cannot answer now (ECONNREFUSED)."];
    assert.deepEqual(outcome, { code: 1, out: [], err, asked: [] }, args.join(" "));
    assert.deepEqual(named, [`database: 127.0.0.1:${port}/app, schema sentinel`], args.join(" "));
  }
});
