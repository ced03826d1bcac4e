/**
 * `deno task test:order [path …] [--seeds 3] [--alone 0.2] [--parallel 1]`: proves that no test depends on another. It
 * runs each file below the paths in several random orders, and a share of its tests alone. It prints the failures, with
 * the commands that repeat them. `TEST_DATABASE_URL` makes it use PostgreSQL.
 */
import { parseArgs } from "node:util";
import { openDatabase, type RunDatabase } from "../../testing/run/run_database.ts";
import { testFiles } from "./test_files.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: "string", default: "3" },
    alone: { type: "string", default: "0.2" },
    parallel: { type: "string", default: "1" },
  },
});

const queue = (await testFiles(positionals.length > 0 ? positionals : ["src"])).values();
const failures: string[] = [];
let runs = 0;
await Promise.all(Array.from({ length: Number(values.parallel) }, work));
console.log(failures.length > 0 ? failures.join("\n") : "every test passes in any order and alone");
console.log(`${runs} runs, ${failures.length} failed`);
Deno.exit(failures.length > 0 ? 1 : 0);

async function work(): Promise<void> {
  await using database = await openDatabase();
  for (const file of queue) {
    let names: string[] = [];
    for (let n = 0; n < Number(values.seeds); n++) {
      const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
      names = await run(database, file, `--shuffle=${seed}`);
    }
    for (const name of names.filter(() => Math.random() < Number(values.alone))) {
      await run(database, file, `--filter=/^${RegExp.escape(name)}$/`);
    }
  }
}

/** Runs the file with these options, and returns the names of the tests that ran. */
async function run({ env }: RunDatabase, file: string, how: string): Promise<string[]> {
  const args = ["test", "-A", "--no-check", "--reporter=junit", how, file];
  const { success, stdout } = await new Deno.Command(Deno.execPath(), { args, env, stderr: "null" }).output();
  const report = new TextDecoder().decode(stdout);
  runs++;
  if (!success) {
    failures.push(
      [`FAILED: deno task test '${how}' ${file}`, ...failed(report).map((name) => `  ${name}`)].join("\n"),
    );
    console.error(failures.at(-1));
  }
  return [...report.matchAll(/<testcase name="([^"]*)"/g)].map(([, name]) => unescaped(name!));
}

function failed(report: string): string[] {
  const cases = report.matchAll(/<testcase name="([^"]*)"[^>]*>\s*<failure message="([^"]*)"/g);
  return [...cases].map(([, name, message]) =>
    `${unescaped(name!)}: ${unescaped(message!).split("\n").slice(0, 12).join("\n    ")}`
  );
}

function unescaped(text: string): string {
  const entities: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", "#39": "'", amp: "&" };
  return text.replaceAll(/&(#?\w+);/g, (whole, name) => entities[name] ?? whole);
}
