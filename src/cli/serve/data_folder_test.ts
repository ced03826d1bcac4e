import assert from "node:assert/strict";
import { startEmbedded } from "../../platform/embedded/embedded.ts";
import { dataFolder, keepEngineCompiled } from "../../testing/servers/data_folder.ts";
import { startServe } from "../../testing/servers/process.ts";
import { runCommand } from "../../testing/commands.ts";

await keepEngineCompiled();
const password = "correct horse battery staple";
const admin = ["--username", "ada", "--email", "ada@example.com", "--password-stdin"];

Deno.test({
  name: "a command works on a data folder, and is refused in one sentence while the folder is being served",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const dataDir = await Deno.realPath(await Deno.makeTempDir({ prefix: "sentinel-commands-" }));
    await using stack = new AsyncDisposableStack();
    stack.defer(() => Deno.remove(dataDir, { recursive: true }));
    const named: string[] = [];
    const situation = { env: { SENTINEL_DATA_DIR: dataDir }, stdin: `${password}\n` };
    const sentinel = (args: string[]) => runCommand(args, { ...situation, named: (line) => named.push(line) });

    assert.equal((await sentinel(["migrate", "up"])).code, 0);
    assert.equal((await sentinel(["migrate", "verify"])).code, 0);
    assert.deepEqual(named, [
      `database: embedded, new, in ${dataDir}, schema sentinel`,
      `database: embedded, in ${dataDir}, schema sentinel`,
    ]);
    assert.equal((await sentinel(["user", "create-admin", ...admin])).code, 0);
    const before = await sentinel(["user", "list"]);
    assert.deepEqual(before.out, ["ada\tada@example.com\tadmin,user\tactive"]);
    assert.equal((await Deno.stat(`${dataDir}/secret`)).mode! & 0o777, 0o600);

    const server = await startEmbedded({ dataDir, log: { warn: () => {}, error: () => {} } });
    const all = [
      ["migrate", "up"],
      ["migrate", "status", "--json"],
      ["migrate", "verify"],
      ["user", "create", "--username", "grace", "--email", "grace@example.com", "--password-stdin"],
      ["user", "create-admin", "--username", "grace", "--email", "grace@example.com", "--password-stdin"],
      ["user", "set-password", "ada", "--password-stdin"],
      ["user", "disable", "ada"],
      ["user", "enable", "ada"],
      ["user", "list"],
      ["user", "import", "--from", "csv", "-"],
      ["db", "export"],
      ["db", "export", `${dataDir}/export.jsonl`],
      ["db", "import", "-"],
    ];
    for (const args of all) {
      const refusal = `${dataDir} is in use by process ${Deno.pid}: stop that server, or use its API.`;
      const { out, ...rest } = await sentinel(args);
      assert.deepEqual(rest, { code: 1, err: [`error: ${refusal}`], asked: [] });
      const document = { error: { code: "failed", detail: refusal } };
      assert.deepEqual(out.map((line) => JSON.parse(line)), args.includes("--json") ? [document] : []);
    }
    await assert.rejects(Deno.stat(`${dataDir}/export.jsonl`), Deno.errors.NotFound);
    await server[Symbol.asyncDispose]();
    assert.deepEqual(await sentinel(["user", "list"]), before);
  },
});

Deno.test(
  "X97 X46 a missing or damaged secret beside a database is not replaced, and the message says what to do",
  async () => {
    await using data = await dataFolder();
    const dataDir = data.path;
    const env = { SENTINEL_DATA_DIR: dataDir };
    const sentinel = (args: string[], stdin = "") => runCommand(args, { env, stdin });
    assert.equal((await sentinel(["migrate", "up"])).code, 0);
    assert.equal((await sentinel(["user", "create-admin", ...admin], password)).code, 0);
    const path = `${dataDir}/secret`;
    const secret = await Deno.readTextFile(path);
    const remedy =
      'restore the file; if it is lost, "sentinel secret reset --help" explains how to continue without it.';

    await Deno.remove(path);
    const missing = `error: ${path} is missing, and the database beside it needs it: ${remedy}`;
    assert.deepEqual(await sentinel(["user", "list"]), { code: 78, out: [], err: [missing], asked: [] });
    await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
    await using serve = await startServe({ env, wait: "not" });
    assert.deepEqual(await serve.exit, { code: 78, signal: null });
    assert.ok(serve.output().includes(missing));
    await assert.rejects(Deno.stat(path), Deno.errors.NotFound);

    for (const damaged of ["", "AAAA", "no base64!"]) {
      await Deno.writeTextFile(path, damaged);
      const { code, err } = await sentinel(["user", "list"]);
      assert.deepEqual([code, err], [78, [`error: ${path} does not hold 32 bytes in base64: ${remedy}`]]);
      assert.equal(await Deno.readTextFile(path), damaged);
    }
    await Deno.writeTextFile(path, secret);
    assert.deepEqual((await sentinel(["user", "list"])).out, ["ada\tada@example.com\tadmin,user\tactive"]);
  },
);

Deno.test("commands other than serve and migrate up create no database, and say what is missing", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "sentinel-commands-" });
  await Deno.remove(dataDir);
  const person = ["--username", "grace", "--email", "grace@example.com", "--password-stdin"];
  const all = [
    ["migrate", "status"],
    ["migrate", "verify", "--json"],
    ["user", "create", ...person],
    ["user", "create-admin", ...person],
    ["user", "set-password", "ada", "--password-stdin"],
    ["user", "disable", "ada"],
    ["user", "unlock", "ada"],
    ["user", "list"],
    ["user", "import", "--from", "csv", "-"],
    ["role", "grant", "ada", "admin"],
    ["keys", "list"],
    ["sessions", "revoke-all", "--all-users"],
    ["audit", "verify", "--json"],
    ["audit", "checkpoint"],
    ["db", "export"],
    ["db", "import", "-"],
  ];
  for (const args of all) {
    const { code, out, err } = await runCommand(args, { env: { SENTINEL_DATA_DIR: dataDir }, stdin: password });
    assert.deepEqual([code, err.length], [1, 1], args.join(" "));
    assert.match(
      err[0]!,
      /^error: DATABASE_URL is unset, and there is no embedded database in \/.+\. Run this command with /,
    );
    const document = { error: { code: "failed", detail: err[0]!.replace("error: ", "") } };
    assert.deepEqual(out.map((line) => JSON.parse(line)), args.includes("--json") ? [document] : [], args.join(" "));
    await assert.rejects(Deno.stat(dataDir), Deno.errors.NotFound, args.join(" "));
  }
});
