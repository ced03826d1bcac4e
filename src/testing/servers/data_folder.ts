import { cp } from "node:fs/promises";
import { join } from "node:path";
import { migrations } from "../../compose/migrations.ts";
import { migrate } from "../../platform/db/migrate.ts";
import { startEmbedded } from "../../platform/embedded/embedded.ts";

/** A data folder for one test. Disposal removes it. */
export type DataFolder = AsyncDisposable & { path: string };

/** The environment variable with the path of this run's template. */
const template = "TEST_CLUSTER";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
let making: Promise<string> | undefined;
let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * The files of a new database that no process uses, with the migrations applied. Creating them takes seconds, so a run
 * creates them once and copies them.
 */
export function clusterTemplate(): Promise<string> {
  const path = Deno.env.get(template);
  return making ??= path ? Promise.resolve(path) : createTemplate();
}

/**
 * Keeps the engine's code compiled in this process, for files that start it many times. V8 finds compiled code by its
 * bytes for as long as it is in use, and each start would compile it again, which takes 0.7 s of CPU.
 */
export function keepEngineCompiled(): Promise<WebAssembly.Module> {
  const url = new URL("pglite.wasm", import.meta.resolve("@electric-sql/pglite"));
  return compiled ??= Deno.readFile(url).then((bytes) => WebAssembly.compile(bytes));
}

/**
 * The environment of processes in which an embedded database lives for seconds: V8 compiles the engine's code once and
 * quickly, not a second time for speed, which takes each of them 2 s of CPU.
 */
export const briefEngineEnv = { DENO_V8_FLAGS: "--liftoff-only" };

/** The environment variable for the tests of this run. */
export async function templateEnv(): Promise<Record<string, string>> {
  return { [template]: await clusterTemplate() };
}

/** A data folder with a new database and, unless the test is about it, with a secret, as a first start leaves it. */
export async function dataFolder({ secret = true } = {}): Promise<DataFolder> {
  const path = await Deno.realPath(await Deno.makeTempDir({ prefix: "sentinel-data-" }));
  await using held = new AsyncDisposableStack();
  held.defer(() => Deno.remove(path, { recursive: true }));
  await cp(await clusterTemplate(), join(path, "postgres"), { recursive: true });
  if (secret) {
    const text = crypto.getRandomValues(new Uint8Array(32)).toBase64();
    await Deno.writeTextFile(join(path, "secret"), text, { mode: 0o600 });
  }
  const resources = held.move();
  return { path, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

async function createTemplate(): Promise<string> {
  const path = await Deno.makeTempDir({ prefix: "sentinel-template-" });
  globalThis.addEventListener("unload", () => Deno.removeSync(path, { recursive: true }));
  const embedded = await startEmbedded({ dataDir: path, log: silent });
  const connection = { kind: "embedded" as const, ...embedded.socket };
  await migrate({ connection, schema: "sentinel", migrations, log: silent });
  await embedded[Symbol.asyncDispose]();
  return join(path, "postgres");
}
