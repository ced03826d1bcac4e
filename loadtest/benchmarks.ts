/**
 * Runs all benchmarks after each other on one machine: the operations side by side, latency by load, storms, the
 * scripts that judge a goal, cost by number of users, and micro benchmarks.
 *
 *   DATABASE_URL=postgres://… deno task bench:all [--users 1000000] [--roles 10000] [--samples 400] [--rounds 3] [--seconds 2]
 *
 * Does not start on a busy machine, unless `--busy 1` says so. Writes `benchmarks.json`, from which `deno task
 * generate` writes BENCHMARKS.md and its plots. A script that finds a wrong answer is named on the page; then this one
 * exits with 1.
 */
import { version } from "../src/version.ts";
import { httpBench, type HttpRow } from "./http_bench.ts";
import { latencyByLoad, type LatencyRow } from "./latency_by_load.ts";
import { emptySchema, hashParameters, installation, machine, numbersGiven } from "./rig.ts";
import { type Scale, scale } from "./scale.ts";
import { roundsMin } from "./spread.ts";
import { type StormRow, storms } from "./storms.ts";

/** One benchmark of `deno bench`; times in nanoseconds. */
export type MicroRow = { group: string; name: string; baseline: boolean; averageNs: number; p99Ns: number };

/** A goal of a script, the measured figure, and `met`, `missed` or `not decided`. */
export type Goal = [script: string, goal: string, seen: string, met: string];

/** The results of one run. */
export type Benchmarks = {
  date: string;
  minutes: number;
  conditions: Record<string, string>;
  http: HttpRow[];
  latency: LatencyRow[];
  storms: StormRow[];
  goals: Goal[];
  scale: Scale;
  micro: MicroRow[];
};

type Options = { users: number; roles: number; samples: number; rounds: number; seconds: number; busy: number };

/** The scripts that print goals, with their arguments: what keeps all of them within ten minutes. */
function judges({ users, roles, rounds, seconds }: Options): string[][] {
  const [many, times] = [Math.min(users, 100_000), 10 * rounds];
  return [
    ["rotations", "16", `${2 * seconds}`, `${rounds}`],
    ["login_ceiling"],
    ["passkey_logins", `${rounds}`, `${seconds}`, "200"],
    ["code_flow", `${rounds}`, `${seconds}`],
    ["client_credentials", `${rounds}`, `${seconds}`, `${users / 10}`],
    ["api_keys", `${Math.max(rounds, roundsMin)}`, `${seconds}`, `${users}`],
    ["decisions", `${many}`, `${roles}`, `${2 * seconds}`, `${Math.min(many, 50_000)}`],
    ["console_pages", "--users", `${many}`, "--roles", `${roles}`, "--times", `${times}`],
    ["revocation", `${times}`],
    ["cold_start"],
  ];
}

/** The load average of the last minute above which the script does not start. */
const loadMax = 0.7;

async function run(options: Options): Promise<Benchmarks> {
  const started = performance.now();
  const conditions = await conditionsOf(options);
  const step = async <T>(name: string, work: Promise<T>) => {
    const result = await work;
    console.error(`${name} after ${((performance.now() - started) / 60_000).toFixed(1)} min`);
    return result;
  };
  const { rounds, seconds } = options;
  const http = await step("HTTP side by side", httpBench({ rounds: Math.max(rounds, roundsMin), seconds }));
  const latency = await step("latency by load", latencyByLoad({ rounds, seconds }));
  const seenStorms = await step("storms", storms({ seconds: seconds + 1 }));
  const goals = await step("goals", judged(options));
  const byUsers = await step("cost by number of users", scale(options));
  const micro = await step("micro benchmarks", microBenchmarks());
  const minutes = (performance.now() - started) / 60_000;
  return {
    date: new Date().toISOString().slice(0, 10),
    minutes,
    conditions,
    http,
    latency,
    storms: seenStorms.rows,
    goals,
    scale: byUsers,
    micro,
  };
}

async function conditionsOf({ samples, rounds, seconds }: Options): Promise<Record<string, string>> {
  await using schema = await emptySchema();
  const [postgres] = await schema.sql<Record<string, string>>(
    `select current_setting('server_version') as version, current_setting('shared_buffers') as shared_buffers,
            current_setting('synchronous_commit') as synchronous_commit, current_setting('fsync') as fsync`,
  );
  const { version: postgresVersion, ...postgresSettings } = postgres!;
  const settings = Object.entries(postgresSettings).map(([name, value]) => `${name} ${value}`).join(", ");
  const { cores, cpu, "load before": loadBefore } = await machine();
  return {
    machine: `${cores} cores, ${cpu}; ${(Deno.systemMemoryInfo().total / 2 ** 30).toFixed(0)} GiB of memory`,
    system: `${Deno.build.os} ${Deno.osRelease()}; load ${loadBefore} before the run`,
    Sentinel: `${version}, one process in its production settings: metrics, access log and rules as shipped`,
    Deno: `${Deno.version.deno}, V8 ${Deno.version.v8}`,
    PostgreSQL: `${postgresVersion} on the same machine; ${settings}`,
    "load tool":
      `wrk on the same machine, closed model: each connection sends the next request as soon as it is answered`,
    "password hash": hashParameters(),
    "rate limits": `${installation.SENTINEL_RATE_LIMIT}: all requests come from one address`,
    rounds:
      `${rounds} of ${seconds} s each after 1 s that warms up, medians; at least ${roundsMin} rounds for a ratio of rates; ${samples} samples by number of users`,
  };
}

/** The goals of the scripts that print some. */
async function judged(options: Options): Promise<Goal[]> {
  const goals: Goal[] = [];
  for (const [script, ...args] of judges(options)) {
    console.error(`  ${script} ${args.join(" ")}`);
    const { said, success } = await output(["run", "-A", `loadtest/${script}.ts`, ...args]);
    for (const [, goal, seen, met] of said.matchAll(/^goal, (.+): (.+), (met|missed|not decided)$/gm)) {
      goals.push([script!, goal!, seen!, met!]);
    }
    if (!success) {
      console.error(said);
      Deno.exitCode = 1;
      goals.push([script!, "every answer is right", "not every one", "missed"]);
    }
  }
  return goals;
}

/** The output of another Deno process, with the allocator settings of the server, and whether it succeeded. */
async function output(args: string[]): Promise<{ said: string; success: boolean }> {
  const { GLIBC_TUNABLES } = installation;
  const command = new Deno.Command(Deno.execPath(), { args, env: { GLIBC_TUNABLES }, stderr: "inherit" });
  const { stdout, success } = await command.output();
  return { said: new TextDecoder().decode(stdout), success };
}

async function microBenchmarks(): Promise<MicroRow[]> {
  type Bench = { group: string; name: string; baseline: boolean; results: [{ ok: { avg: number; p99: number } }] };
  const { said, success } = await output(["bench", "-A", "--json", "src/"]);
  if (!success) throw new Error("deno bench failed");
  const { benches } = JSON.parse(said) as { benches: Bench[] };
  return benches.map(({ group, name, baseline, results: [{ ok }] }) => ({
    group,
    name,
    baseline,
    averageNs: ok.avg,
    p99Ns: ok.p99,
  }));
}

/** Numbers with four significant digits: more would be noise. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}

if (import.meta.main) {
  const options = numbersGiven({ users: 1_000_000, roles: 10_000, samples: 400, rounds: 3, seconds: 2, busy: 0 });
  if (Deno.loadavg()[0]! > loadMax && options.busy === 0) {
    throw new Error(`the machine is busy: its load is ${Deno.loadavg()[0]}`);
  }
  const seen = await run(options);
  const file = new URL("./benchmarks.json", import.meta.url);
  await Deno.writeTextFile(file, JSON.stringify(seen, rounded, 2) + "\n");
  for (const args of [["fmt", "--quiet", file.pathname], ["run", "-A", "src/dev/generate.ts"]]) {
    const { success } = await new Deno.Command(Deno.execPath(), { args }).spawn().status;
    if (!success) throw new Error(`deno ${args[0]} failed`);
  }
}
