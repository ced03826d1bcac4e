import assert from "node:assert/strict";
import { run } from "../main.ts";
import { commands } from "./commands.ts";
import { runCommand } from "../testing/commands.ts";
import type { Command } from "./command.ts";

const canary = "canary-7f3a-do-not-print";
const badSettings = { PORT: "x" };

/** All commands, with the words that call them. */
const all: { path: string[]; command: Command }[] = commands.flatMap((entry) =>
  "commands" in entry
    ? entry.commands.map((command) => ({ path: [entry.name, command.name], command }))
    : [{ path: [entry.name], command: entry }]
);

Deno.test("--help lists every command and the exit codes", async () => {
  for (const flag of ["--help", "-h"]) {
    const { code, out, err } = await runCommand([flag]);
    assert.deepEqual([code, err], [0, []]);
    const lines = out.join("\n").split("\n");
    for (const { name, summary } of commands) {
      assert.ok(lines.some((line) => line.startsWith(`  ${name} `) && line.endsWith(summary)), name);
    }
    assert.match(lines.at(-1)!, /0 ok, 1 failed, 2 usage, 78 bad configuration/);
  }
});

Deno.test(
  "--help on each command and group explains it and does nothing else, whatever other arguments there are",
  async () => {
    const groups = commands.filter((entry) => "commands" in entry).map(({ name, summary }) => ({
      path: [name],
      summary,
    }));
    for (const { path, summary } of [...groups, ...all.map(({ path, command: { summary } }) => ({ path, summary }))]) {
      for (const args of [["--help"], ["-h"], ["--help", `--${canary}`]]) {
        const { code, out, err, asked } = await runCommand([...path, ...args], { env: badSettings, typed: [canary] });
        assert.deepEqual([code, err, asked], [0, [], []], path.join(" "));
        assert.ok(out[0]!.startsWith(`sentinel ${path.join(" ")}`), path.join(" "));
        assert.ok(out[0]!.includes(summary), path.join(" "));
        assert.ok(out[0]!.split("\n").every((line) => line.length <= 125 && line === line.trimEnd()), path.join(" "));
      }
    }
  },
);

Deno.test("a program that stops reading the help, such as true, causes no message", async () => {
  const err: string[] = [];
  const io = {
    out: () => {
      throw new Deno.errors.BrokenPipe("gone");
    },
    err: (line: string) => void err.push(line),
  };
  const rest = { stdin: () => Promise.resolve(""), stdinStream: () => new Blob().stream(), env: {} };
  for (const args of [["--help"], ["--version"], ["role", "--help"]]) {
    assert.equal(await run(args, { ...io, ...rest }), 1);
  }
  assert.deepEqual(err, []);
});

Deno.test("--help after -- is an ordinary word", async () => {
  const { code, out } = await runCommand(["user", "disable", "--", "--help"], { env: badSettings });
  assert.equal(code, 78);
  assert.deepEqual(out, []);
});

/** Wrong calls, and the message for each. */
const mistakes: [args: string[], line: string | RegExp][] = [
  [["usr"], 'no command "usr"; did you mean "user"? See "sentinel --help".'],
  [["toString"], /no command "toString"; the commands are serve, migrate, .*, version\. See "sentinel --help"\./],
  [["__proto__"], /no command "__proto__"; the commands are /],
  [[""], /no command \(not shown\); the commands are /],
  [["--port", "9000"], 'the command comes first, then its flags. See "sentinel --help".'],
  [["--json"], /a command is missing: serve, migrate/],
  [["role"], /a command is missing: list, show, .*\. See "sentinel role --help"\./],
  [["role", "--json"], /a command is missing: list, show/],
  [["role", "grnt"], 'no command "grnt"; did you mean "grant"? See "sentinel role --help".'],
  [["role", "constructor"], /no command "constructor"; the commands are list, show, /],
  [["role", "grant"], 'NAME is missing. See "sentinel role grant --help".'],
  [["role", "grant", "grace"], 'ROLE is missing. See "sentinel role grant --help".'],
  [["role", "grant", "grace", "critic", "now"], 'unexpected word "now" after ROLE. See "sentinel role grant --help".'],
  [["role", "list", "viewer"], 'unexpected word "viewer". See "sentinel role list --help".'],
  [["role", "list", "--jsn"], 'no flag "--jsn"; did you mean "--json"? See "sentinel role list --help".'],
  [["role", "list", "--xml"], 'no flag "--xml". See "sentinel role list --help".'],
  [["role", "list", "--toString"], 'no flag "--toString". See "sentinel role list --help".'],
  [["role", "list", "--json=yes"], '--json takes no value. See "sentinel role list --help".'],
  [["role", "grant", "a", "b", "--until"], '--until needs a value: --until TIME. See "sentinel role grant --help".'],
  [["role", "grant", "a", "b", "--until", "--json"], /^error: --until needs a value: --until TIME\./],
  [["role", "grant", "a", "b", "--until", "x", "--until", "y"], /^error: --until is given more than once\./],
  [["role", "create", "editor", "--json", "--parent"], /^error: --parent needs a value: --parent /],
  [
    ["user", "set-password", "ada", canary],
    /^error: unexpected word \(not shown\) after NAME: no argument takes a password\./,
  ],
  [
    ["user", "enable", "-x"],
    'no flag "-x"; put "--" before a word that begins with a dash. See "sentinel user enable --help".',
  ],
  [["user", "import", "-"], '--from SYSTEM is missing. See "sentinel user import --help".'],
  [["user", "import", "--from", canary, "-"], /^error: --from must be one of keycloak, auth0, .*, seed\./],
  [["user", "import", "--from", "csv"], /^error: FILE is missing/],
  [["sessions", "revoke-all"], /^error: name a user, or add --all-users\./],
  [["sessions", "revoke-all", "ada", "--all-users"], /^error: name a user, or add --all-users\./],
  [["serve", "now"], 'unexpected word "now". See "sentinel serve --help".'],
  [["serve", "--json"], 'no flag "--json". See "sentinel serve --help".'],
  [["audit", "verify", "--from", canary], /^error: --from must be the number of an event, such as --from 1\./],
  [["db", "export", "--json"], /^error: --json needs a FILE/],
  [["version", "1"], 'unexpected word "1". See "sentinel version --help".'],
];

Deno.test("X44 a wrong call is answered by one line that says what is wrong, before anything is read or asked", async () => {
  for (const [args, line] of mistakes) {
    const { code, err, asked } = await runCommand(args, { env: badSettings, stdin: canary, typed: [canary, canary] });
    assert.deepEqual([code, err.length, asked], [2, 1, []], args.join(" "));
    if (typeof line === "string") assert.equal(err[0], `error: ${line}`, args.join(" "));
    else assert.match(err[0]!, line, args.join(" "));
  }
});

Deno.test("X44 every command refuses a word too many, an unknown flag, and a missing word", async () => {
  for (const { path, command: { words = [], flags = {} } } of all) {
    const needed = words.filter((word) => !word.startsWith("["));
    const required = Object.entries(flags).filter(([, { required }]) => required).flatMap((
      [name],
    ) => [`--${name}`, "x"]);
    const calls = [[...words, "extra", ...required], [...needed, ...required, "--no-such-flag"]];
    if (needed.length > 0) calls.push([...needed.slice(1), ...required]);
    for (const args of calls) {
      const { code, out, err } = await runCommand([...path, ...args], { env: badSettings });
      assert.deepEqual([code, out, err.length], [2, [], 1], `${path.join(" ")} ${args.join(" ")}`);
      assert.match(err[0]!, new RegExp(`^error: .* See "sentinel ${path.join(" ")} --help"\\.$`));
    }
  }
});

Deno.test("a flag that may be repeated accepts several values", async () => {
  const flags = ["--permission", "films:watch", "--permission", "films:cut", "--parent", "user"];
  const { code } = await runCommand(["role", "create", "editor", ...flags], { env: badSettings });
  assert.equal(code, 78, "the settings are what is wrong");
});

Deno.test("T306 an argument that may be a secret is not repeated, wherever it is", async () => {
  const secrets = [
    "k".repeat(40),
    "postgres://ada:canary@db/app",
    "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=",
    "canary=word",
    "canary\u001b[2J",
  ];
  for (const secret of secrets) {
    const calls = [
      [secret],
      ["role", secret],
      ["serve", secret],
      ["role", "list", secret],
      ["role", "list", `--${secret}`],
      [
        "role",
        "list",
        `--password=${secret}`,
      ],
      ["user", "create-admin", "-p", secret],
      ["role", "list", "--json", `-p${secret}`],
    ];
    for (const args of calls) {
      const { code, out, err } = await runCommand(args, { env: badSettings });
      assert.equal(code, 2, args.join(" "));
      assert.ok(!`${out}${err}`.includes(secret) && !`${out}${err}`.includes("\u001b"), `${args.join(" ")}: ${err}`);
    }
  }
  for (const command of ["create", "create-admin"]) {
    const person = ["--username", "ada", "--email", "ada@example.com"];
    const { code, err } = await runCommand(["user", command, ...person, canary], { env: badSettings });
    assert.equal(code, 2);
    assert.ok(!err.join().includes(canary));
  }
});

Deno.test("X45 with --json a failure is one document on standard output, and a sentence on standard error", async () => {
  const usage = await runCommand(["role", "list", "--json", "now"]);
  assert.deepEqual([usage.code, JSON.parse(usage.out.join("\n"))], [2, {
    error: { code: "usage", detail: 'unexpected word "now"' },
  }]);
  const settings = await runCommand(["role", "list", "--json"], { env: badSettings });
  assert.equal(settings.code, 78);
  const { error } = JSON.parse(settings.out.join("\n"));
  assert.deepEqual([error.code, error.errors[0].setting], ["configuration", "PORT"]);
  const refused = await runCommand(["role", "create", "A", "--json"]);
  assert.equal(refused.code, 1);
  assert.equal(JSON.parse(refused.out.join("\n")).error.code, "invalid_request");
  assert.match(refused.err[0]!, /^error: name: /);
});

Deno.test("a bad configuration exits 78 with every error, before a password is asked for", async () => {
  const person = ["--username", "ada", "--email", "ada@example.com"];
  const calls = [
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
    ["sessions", "revoke-all", "--all-users"],
    ["audit", "verify"],
    ["audit", "checkpoint"],
    ["healthcheck"],
    ["openapi"],
    ["role", "create", "editor"],
    ["permission", "list"],
  ];
  for (const args of calls) {
    const env = { PORT: "x", SENTINEL_DOCS: "x", SENTINEL_SECRT: "x" };
    const outcome = await runCommand(args, { env, stdin: canary, typed: [canary, canary] });
    const err = [
      "warning: SENTINEL_SECRT is not a setting; did you mean SENTINEL_SECRET?",
      "error: PORT must be a whole number from 1 to 65535",
      "error: SENTINEL_DOCS must be on or off",
    ];
    const { out, ...rest } = outcome;
    assert.deepEqual(rest, { code: 78, err, asked: [] }, args.join(" "));
    assert.equal(out.length, args.includes("--json") ? 1 : 0, args.join(" "));
  }
});

Deno.test(
  "F02 a missing database fails a command with 1, because it may come back, and the message has no password",
  async () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    const env = {
      DATABASE_URL: `postgres://ada:${canary}@127.0.0.1:${port}/app`,
      SENTINEL_SECRET: crypto.getRandomValues(new Uint8Array(32)).toBase64(),
      SENTINEL_PUBLIC_URL: "https://auth.example",
    };
    const calls = [
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
    for (const args of calls) {
      const named: string[] = [];
      const outcome = await runCommand(args, { env, named: (line) => named.push(line) });
      const err = ["error: The database cannot be reached or does not answer (ECONNREFUSED)."];
      const { out, ...rest } = outcome;
      assert.deepEqual(rest, { code: 1, err, asked: [] }, args.join(" "));
      const document = { error: { code: "failed", detail: err[0]!.replace("error: ", "") } };
      assert.deepEqual(out.map((line) => JSON.parse(line)), args.includes("--json") ? [document] : [], args.join(" "));
      assert.deepEqual(named, [`database: 127.0.0.1:${port}/app, schema sentinel`], args.join(" "));
    }
  },
);
