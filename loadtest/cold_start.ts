/**
 * The time from the start of the process until `/readyz` answers 200, on PostgreSQL with a current schema.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/cold_start.ts [starts] [users]
 *
 * Starts in turn, on plain Deno, the files that are compiled into the binary, and the sources as `deno task start`
 * does. Sends a request every 2 ms, and prints the median and the slowest start of each beside the goal.
 */
import { fileURLToPath } from "node:url";
import { emptySchema, installation, median, printConditions, printGoal, runCommand } from "./rig.ts";
import { seed } from "./seed.ts";
import { shipped } from "./shipped.ts";

const [starts = 15, users = 0] = Deno.args.map(Number);
const port = 8100;

await using schema = await emptySchema();
await runCommand(["migrate", "up"]);
if (users > 0) await seed(schema.sql, schema.name, { users, roles: 1_000 });
await using compiled = await shipped();
await printConditions({ model: "one start after the other", starts, users });

const programs = {
  "as compiled": compiled.program,
  sources: fileURLToPath(new URL("../src/main.ts", import.meta.url)),
};
const times = Object.fromEntries(Object.keys(programs).map((name) => [name, [] as number[]]));
for (let round = 0; round <= starts; round++) {
  for (const [name, program] of Object.entries(programs)) {
    const ms = await startOnce(program);
    if (round > 0) times[name]!.push(ms); // the first one fills caches
  }
}
for (const [name, all] of Object.entries(times)) {
  console.log(
    `${name.padEnd(12)} ready after ${Math.round(median(all))} ms, at most ${Math.round(Math.max(...all))} ms`,
  );
}
const compiledMs = median(times["as compiled"]!);
printGoal("as compiled, ready in less than 250 ms at the median", `${Math.round(compiledMs)} ms`, compiledMs < 250);

async function startOnce(program: string): Promise<number> {
  const env = { ...installation, PORT: String(port), SENTINEL_PUBLIC_URL: `http://127.0.0.1:${port}` };
  const began = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", program, "serve"],
    env,
    stdout: "null",
    stderr: "null",
  }).spawn();
  while (!await isReady()) await new Promise((resolve) => setTimeout(resolve, 2));
  const ms = performance.now() - began;
  child.kill("SIGTERM");
  await child.status;
  return ms;
}

async function isReady(): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
