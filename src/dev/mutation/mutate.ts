/**
 * `deno task mutate [path …] [--sample 30] [--seed n] [--parallel 1]`: asks whether the tests would notice a mistake.
 * It changes one point of a source below the paths, in a copy of the repository, and runs the tests that are nearest:
 * first those that are named after the source, then those that import it, then the others of its folder, of its
 * district and of the suite. A change with which they all pass has survived: a test is missing, or the code is not
 * needed. Prints the survivors; exits 1 if there is one. Give `TEST_DATABASE_URL` to run on PostgreSQL.
 */
import { basename, dirname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { mulberry32 } from "../../testing/run/order.ts";
import { openDatabase, type RunDatabase } from "../../testing/run/run_database.ts";
import { type Mutant, mutantsOf } from "./mutators.ts";
import { filesBelow, testFiles } from "./test_files.ts";
import { copyRepository } from "../repository_copy.ts";

/** A mutant with which a test file takes longer hangs, and is noticed, if that takes a fifth without it. */
const fileMsMax = 300_000;

type Candidate = Mutant & { file: string };
/** Whether the tests of a stage pass without a mutant. */
type Passing = Map<string, Promise<boolean>>;
type Worker = { house: string; database: RunDatabase };

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: "string", default: "30" },
    seed: { type: "string", default: String(crypto.getRandomValues(new Uint32Array(1))[0]) },
    parallel: { type: "string", default: "1" },
  },
});
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => stop.abort());
Deno.exit(await mutate(positionals.length > 0 ? positionals : ["src"]));

async function mutate(paths: string[]): Promise<number> {
  const files = (await filesBelow(paths, isMutable)).map((path) => relative(".", path));
  const all = await Promise.all(
    files.map(async (file) => mutantsOf(await Deno.readTextFile(file)).map((mutant) => ({ file, ...mutant }))),
  );
  const chosen = sampled(all.flat(), Number(options.sample), Number(options.seed));
  console.log(`${chosen.length} of ${all.flat().length} mutants of ${files.length} files, seed ${options.seed}`);
  const tests = await stagesBySource(files);
  const survivors: Candidate[] = [];
  const passing: Passing = new Map();
  let judged = 0;
  const queue = chosen.values();
  await Promise.all(Array.from({ length: Number(options.parallel) }, async () => {
    await using worker = await startWorker();
    for (const mutant of queue) {
      if (stop.signal.aborted) return;
      const verdict = await judge(worker, mutant, tests.get(mutant.file)!, passing);
      if (stop.signal.aborted) return;
      judged++;
      if (verdict === "SURVIVED") survivors.push(mutant);
      console.log(`${verdict}: ${shown(mutant)}`);
    }
  }));
  console.log(`${judged} mutants, ${survivors.length} survived`);
  return survivors.length > 0 ? 1 : 0;
}

function isMutable(name: string): boolean {
  return name.endsWith(".ts") && !/_(?:test|bench)\.ts$|\.d\.ts$/.test(name);
}

/** A random sample, the same for the same seed. */
function sampled(mutants: Candidate[], count: number, seed: number): Candidate[] {
  const random = mulberry32(seed);
  return mutants.map((mutant) => ({ mutant, order: random() })).sort((a, b) => a.order - b.order)
    .slice(0, count).map(({ mutant }) => mutant);
}

/** The tests of each source, nearest first. */
async function stagesBySource(files: string[]): Promise<Map<string, string[][]>> {
  const tests = await Promise.all((await testFiles(["src"])).map(async (path) => {
    const imports = (await Deno.readTextFile(path)).matchAll(/ from "(\.[^"]+)"/g);
    return { path, imports: [...imports].map(([, specifier]) => join(dirname(path), specifier!)) };
  }));
  return new Map(files.map((file) => {
    const stem = basename(file).replace(/(?:_route|_store)?\.ts$/, "");
    const [, district] = file.split("/");
    const beside = tests.filter(({ path }) => dirname(path) === dirname(file));
    const nearest = [
      beside.filter(({ path }) => basename(path).startsWith(stem)),
      tests.filter(({ imports }) => imports.includes(file)),
      beside,
      tests.filter(({ path }) => path.startsWith(`src/${district}/`)),
      tests,
    ];
    const known = new Set<string>();
    const stages = nearest.map((some) =>
      some.map(({ path }) => path).filter((path) => !known.has(path) && known.add(path))
    );
    return [file, stages.filter((stage) => stage.length > 0)];
  }));
}

/** A copy of the repository with a database. */
async function startWorker(): Promise<Worker & AsyncDisposable> {
  await using held = new AsyncDisposableStack();
  const { copy: house } = held.use(await copyRepository());
  const database = held.use(await openDatabase());
  const resources = held.move();
  return { house, database, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

async function judge(worker: Worker, mutant: Candidate, stages: string[][], passing: Passing) {
  const place = join(worker.house, mutant.file);
  const original = await Deno.readTextFile(place);
  for (const stage of stages) {
    await Deno.writeTextFile(place, mutant.source);
    const survives = await passes(worker, stage, fileMsMax).finally(() => Deno.writeTextFile(place, original));
    if (survives) continue;
    const key = stage.join(" ");
    if (!passing.has(key)) passing.set(key, passes(worker, stage, fileMsMax / 5));
    return await passing.get(key) ? "noticed" : "NOT JUDGED, as its tests fail without it";
  }
  return "SURVIVED";
}

/** Whether the tests pass in time. */
async function passes({ house, database }: Worker, tests: string[], fileMsMax: number): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", "--fail-fast", ...tests],
    cwd: house,
    env: database.env,
    signal: AbortSignal.any([stop.signal, AbortSignal.timeout(tests.length * fileMsMax)]),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

function shown({ file, line, what, from, to }: Candidate): string {
  const short = (text: string) => JSON.stringify(text.trim().replaceAll(/\s+/g, " ").slice(0, 80));
  return `${file}:${line}: ${what}: ${short(from)} becomes ${short(to)}`;
}
