/**
 * The time and memory of moving: users are imported into an embedded database, which is exported, imported into
 * PostgreSQL, exported again, and imported into another embedded database.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/moving.ts [users]
 *
 * The database must be empty. For each step it prints the time and the largest resident memory of its process. It fails
 * unless the counts are equal, the audit log verifies at the end, and users can log in with their old password.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { printConditions } from "./rig.ts";

const [users = 100_000] = Deno.args.map(Number);
const databaseUrl = Deno.env.get("DATABASE_URL");
assert.ok(databaseUrl, "DATABASE_URL names an empty database");

/** bcrypt of "correct horse", as the system that Sentinel replaces stores it, but with cost 4. */
const hash = "$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e";
const password = "correct horse";
const main = new URL("../src/main.ts", import.meta.url).pathname;
const root = await Deno.makeTempDir({ prefix: "sentinel-moving-" });
const secret = () => crypto.getRandomValues(new Uint8Array(32)).toBase64();

type Env = Record<string, string>;

const laptop: Env = { SENTINEL_DATA_DIR: join(root, "laptop") };
const cluster: Env = {
  DATABASE_URL: databaseUrl,
  SENTINEL_SECRET: secret(),
  SENTINEL_PUBLIC_URL: "http://localhost:8000",
};
const again: Env = { SENTINEL_DATA_DIR: join(root, "again") };

function start(env: Env, args: string[], stderr: "inherit" | "null" = "inherit"): Deno.ChildProcess {
  const { PATH = "", HOME = "" } = Deno.env.toObject();
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", main, ...args],
    clearEnv: true,
    env: { PATH, HOME, SENTINEL_LOG_LEVEL: "error", ...env },
    stdout: "piped",
    stderr,
  }).spawn();
}

/** The largest resident memory so far, in MiB (Linux). */
async function peakOf(pid: number): Promise<number> {
  const text = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
  return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(text)?.[1] ?? 0) / 1024);
}

/** Runs a command and prints its time and memory. */
async function sentinel(env: Env, ...args: string[]): Promise<string> {
  const child = start(env, args), startedAt = performance.now();
  let peakMiB = 0;
  const watch = setInterval(async () => peakMiB = Math.max(peakMiB, await peakOf(child.pid)), 100);
  const { code, stdout } = await child.output();
  clearInterval(watch);
  const seconds = (performance.now() - startedAt) / 1000;
  assert.equal(code, 0, args.join(" "));
  const what = args.slice(0, 2).join(" ").padEnd(14), where = env.DATABASE_URL ? "PostgreSQL" : "embedded  ";
  console.log(`${what} ${where} ${seconds.toFixed(1).padStart(6)} s  ${String(peakMiB).padStart(5)} MiB`);
  return new TextDecoder().decode(stdout);
}

async function move(from: Env, to: Env, file: string, recipient: string): Promise<Record<string, number>> {
  const { counts } = JSON.parse(
    await sentinel({ ...from, SENTINEL_RECIPIENT_SECRET: recipient }, "db", "export", file, "--json"),
  );
  await sentinel(to, "migrate", "up");
  assert.deepEqual(JSON.parse(await sentinel(to, "db", "import", file, "--json")), {
    imported: true,
    counts,
    privileged: [],
  });
  console.log(`               ${((await Deno.stat(file)).size / 2 ** 20).toFixed(0)} MiB: ${JSON.stringify(counts)}`);
  return counts;
}

async function logIn(env: Env, port: number): Promise<void> {
  const serve = start({ ...env, PORT: String(port) }, ["serve"], "null");
  const origin = `http://127.0.0.1:${port}`;
  while (!await fetch(`${origin}/readyz`).then((answer) => answer.body?.cancel().then(() => answer.ok), () => false)) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  for (const number of [1, Math.ceil(users / 2), users]) {
    const body = new URLSearchParams({ username: `person${number}`, password });
    const answer = await fetch(`${origin}/login`, { method: "POST", body });
    assert.equal(answer.status, 200, `person${number} logs in`);
    await answer.body?.cancel();
  }
  serve.kill("SIGTERM");
  await serve.output();
}

const file = join(root, "users.jsonl");
const lines = (await Deno.open(file, { write: true, create: true })).writable.getWriter();
for (let number = 1; number <= users; number++) {
  const person = { username: `person${number}`, email: `person${number}@example.com`, password_hash: hash };
  await lines.write(new TextEncoder().encode(JSON.stringify(person) + "\n"));
}
await lines.close();
await printConditions({
  model: "one command after the other",
  hash: "bcrypt cost=4, as users bring it",
  "rate limits": "on",
  users,
});
await sentinel(laptop, "migrate", "up");
await sentinel(laptop, "user", "import", "--from", "jsonl", file);
const there = await move(laptop, cluster, join(root, "there.jsonl"), cluster.SENTINEL_SECRET!);
await logIn(cluster, 8200);
await sentinel(cluster, "audit", "verify");
const secretAgain = secret();
await Deno.mkdir(again.SENTINEL_DATA_DIR!, { mode: 0o700 });
await Deno.writeTextFile(join(again.SENTINEL_DATA_DIR!, "secret"), secretAgain, { mode: 0o600 });
const back = await move(cluster, again, join(root, "back.jsonl"), secretAgain);
for (const kind of ["user", "grant", "role", "signing_key"]) assert.equal(back[kind], there[kind], kind);
assert.equal(back.user, users);
await logIn(again, 8201);
await sentinel(again, "audit", "verify");
await Deno.remove(root, { recursive: true });
console.log(`${users} users were moved there and back and can log in, and the audit log verifies.`);
