/**
 * How long `user import` takes for the realm export of a big Keycloak, from standard input, and how much memory.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/user_import.ts [--users 1000000]
 *
 * Imports half of the users, then all, as after an interruption, then all again, which must change nothing. Each user
 * has a hash of PBKDF2 with 64 bytes, an address, a time of creation, an id and two roles, and members that are left
 * behind.
 */
import { emptySchema, fail, installation, numbersGiven, printConditions, printGoal, runCommand } from "./rig.ts";

const { users } = numbersGiven({ users: 1_000_000 });
const goal = { secondsPerMillion: 300, mebibytes: 1024 };

await using schema = await emptySchema();
await printConditions({ tool: "sentinel user import", model: "one process, PostgreSQL beside it", users });
await runCommand(["migrate", "up"]);
await runCommand(["role", "create", "customer"]);

const half = await importing(users / 2);
const rest = await importing(users);
const again = await importing(users);
const counts = [half.imported, rest.imported, rest.unchanged, again.imported, again.unchanged];
console.log(`imported, imported, unchanged, imported, unchanged: ${counts.join(", ")}`);
if (counts.join() !== [users / 2, users / 2, users / 2, 0, users].join()) fail("not everybody came, and only once");
const [{ count }] = await schema.sql<{ count: number }>(
  `select count(*)::int from load.users u join load.grants g on g.user_id = u.id
   where g.role = 'customer' and external_id is not null and email_verified_at is not null and created_at < '2021-01-01'`,
) as [{ count: number }];
if (count !== users) fail(`${count} users have all that they brought along`);
const perMillion = (half.seconds + rest.seconds) * 1_000_000 / users;
printGoal(
  `${goal.secondsPerMillion} s for a million users, in two runs`,
  `${perMillion.toFixed(0)} s`,
  perMillion <= goal.secondsPerMillion,
);
const peak = Math.max(half.mebibytes, rest.mebibytes, again.mebibytes);
printGoal(`${goal.mebibytes} MiB of memory`, `${peak} MiB`, peak <= goal.mebibytes);

/** Imports the first users of the export, and returns the totals, the time and the largest memory of the process. */
async function importing(count: number) {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "src/main.ts", "user", "import", "--from", "keycloak", "-", "--json"],
    env: installation,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const started = performance.now();
  let mebibytes = 0;
  const watching = setInterval(async () => {
    const status = await Deno.readTextFile(`/proc/${process.pid}/status`).catch(() => "");
    mebibytes = Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? mebibytes * 1024) / 1024);
  }, 500);
  const [text] = await Promise.all([
    new Response(process.stdout).text(),
    ReadableStream.from(realm(count)).pipeThrough(new TextEncoderStream()).pipeTo(process.stdin),
  ]);
  clearInterval(watching);
  const seconds = (performance.now() - started) / 1000;
  const { imported, unchanged } = JSON.parse(text);
  console.log(`${count} users: ${seconds.toFixed(0)} s, ${mebibytes} MiB`);
  return { seconds, mebibytes, imported, unchanged };
}

/** An export of Keycloak 26, in pieces of a thousand users. */
function* realm(count: number): Generator<string> {
  yield '{"id": "shop", "realm": "shop", "enabled": true, "roles": {"realm": [{"name": "customer"}]}, "users": [';
  for (let from = 0; from < count; from += 1000) {
    const size = Math.min(1000, count - from);
    yield (from > 0 ? "," : "") + Array.from({ length: size }, (_, n) => JSON.stringify(user(from + n))).join(",");
  }
  yield '], "clients": [], "keycloakVersion": "26.0.7"}';
}

function user(n: number) {
  const value = "BBs+1+PaslLtBPULUr8/lQicvVuHiEPMz0i8MjLCbzMlDQ3Yb2wCsKdu0jOOQpv3YwCPvTBpfPZXomHUAcFnjQ==";
  return {
    id: `8d3f1b5e-7e2a-4c55-9a3b-${n.toString(16).padStart(12, "0")}`,
    createdTimestamp: 1_580_000_000_000 + n,
    username: `customer${n}`,
    enabled: true,
    emailVerified: true,
    firstName: "Given",
    lastName: "Family",
    email: `customer${n}@example.com`,
    attributes: { locale: ["de"], phone: [`+4930${n}`] },
    credentials: [{
      id: crypto.randomUUID(),
      type: "password",
      createdDate: 1_617_181_923_000,
      secretData: JSON.stringify({ value, salt: "c2FsdHNhbHRzYWx0c2FsdA==", additionalParameters: {} }),
      credentialData: JSON.stringify({ hashIterations: 1000, algorithm: "pbkdf2-sha256", additionalParameters: {} }),
    }],
    realmRoles: ["default-roles-shop", "customer"],
    groups: ["/customers"],
  };
}
