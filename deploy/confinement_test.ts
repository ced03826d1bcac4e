import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeArgon2Library } from "../src/dev/binary/argon2_library.ts";
import { bundle } from "../src/dev/binary/bundle.ts";
import { binaryPermissions, unstableFlags } from "../src/dev/binary/permissions.ts";
import { smokeTest } from "../src/dev/binary/smoke.ts";
import { installedLibrary } from "../src/platform/hashing/argon2.ts";
import { libcryptoPaths } from "../src/platform/signatures/libcrypto.ts";
import { startServe } from "../src/testing/servers/process.ts";

/** The user of the image, which owns nothing on this machine. */
const uid = 65532;

/** Whether this machine allows private mounts, which takes root; elsewhere these tests are skipped by name. */
const mayConfine = await succeeds("unshare", [
  ..."--mount sh -c".split(" "),
  "mount -t proc proc /mnt && chroot / setpriv --no-new-privs true",
]);

const stack = new AsyncDisposableStack();
Deno.test.afterAll(() => stack.disposeAsync());
const root = mayConfine ? await makeRoot() : "";

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, ignore: !mayConfine, sanitizeOps: false, sanitizeResources: false });
}

/** The content of the image: the runtime, the libraries that it is linked with or loads, the bundle, and `/data`. */
async function makeRoot(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "sentinel-root-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  await Deno.chmod(folder, 0o755);
  for (const name of ["data", "proc"]) await Deno.mkdir(join(folder, name));
  await Deno.chown(join(folder, "data"), uid, uid);
  const runtime = await Deno.realPath(Deno.execPath());
  await Deno.copyFile(runtime, join(folder, "deno"));
  const library = join(folder, installedLibrary);
  await Deno.mkdir(dirname(library), { recursive: true });
  await writeArgon2Library(Deno.build.target, library);
  const libcrypto = libcryptoPaths[Deno.build.target]!.find((path) => existsSync(path))!;
  const linked = await outputOf("ldd", [runtime, library, libcrypto]);
  await outputOf("cp", ["--dereference", "--parents", ...linked.match(/\/\S+\.so[\w.]*/g)!, folder]);
  await bundle(join(folder, "app"));
  return folder;
}

/**
 * Runs its arguments with the folder `$0` as the whole file system: read-only except `/data`, no `/tmp`, `/dev` or
 * shell; as the image's user, without HOME, and unable to gain capabilities.
 */
const confined = `
  mount --bind "$0" "$0"
  mount --bind "$0/data" "$0/data"
  mount -t proc proc "$0/proc"
  mount -o remount,bind,ro "$0"
  unset HOME PATH; export DENO_DIR=/none # plain Deno wants a name for its cache, and does without
  exec /usr/bin/setpriv --no-new-privs /usr/sbin/chroot --userspec=${uid}:${uid} --groups=${uid} "$0" "$@"`;

const flags = ["--no-config", "--no-npm", "--no-remote", ...unstableFlags, ...binaryPermissions(["/app"])];
const command = [
  ...["unshare", "--mount", "sh", "-euc", confined, root],
  ...["/deno", "run", ...flags, "/app/main.js"],
];

test("F46 the image's content passes the smoke test without HOME, /tmp, /dev or a shell, on a read-only root, as uid 65532", async () => {
  await smokeTest(command);
});

test("T311 the process has no capability, cannot gain one, and can write only to /data", async () => {
  await using serve = await startServe({ command, env: {} });
  const status = await Deno.readTextFile(`/proc/${serve.pid}/status`);
  assert.match(status, /^Uid:\t65532\t65532\t65532\t65532$/m);
  assert.match(status, /^CapPrm:\t0+\nCapEff:\t0+$/m);
  assert.match(status, /^NoNewPrivs:\t1$/m);
  assert.match(serve.output(), /"argon2":"library","signatures":"library"/);
  const mounts = (await Deno.readTextFile(`/proc/${serve.pid}/mounts`)).trim().split("\n").map((line) =>
    line.split(" ")
  );
  const writable = mounts.filter(([, , , options]) => options!.split(",").includes("rw")).map(([, path]) => path);
  assert.deepEqual(writable.sort(), ["/data", "/proc"]);
});

async function outputOf(command: string, args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args }).output();
  if (!success) throw new Error(`${command}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

async function succeeds(command: string, args: string[]): Promise<boolean> {
  return await new Deno.Command(command, { args }).output().then(({ success }) => success, () => false);
}
