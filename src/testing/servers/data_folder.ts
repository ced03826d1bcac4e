import { cp } from "node:fs/promises";
import { join } from "node:path";
import { startEmbedded } from "../../platform/embedded/embedded.ts";

/** A data folder of the test's own; disposal removes it. */
export type DataFolder = AsyncDisposable & { path: string };

/** The variable that names the template of this run to its tests. */
const template = "SENTINEL_TEST_CLUSTER";

const silent = { warn() {}, error() {} };
let making: Promise<string> | undefined;

/** The files of a new database that nothing serves. Creating them takes seconds, so a run does it once and copies. */
export function clusterTemplate(): Promise<string> {
  const path = Deno.env.get(template);
  return making ??= path ? Promise.resolve(path) : createTemplate();
}

/** What names the template to the tests of this run. */
export async function templateEnv(): Promise<Record<string, string>> {
  return { [template]: await clusterTemplate() };
}

/** A data folder with a new database and, unless the test is about that, with a secret: as a first start leaves it. */
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
  await embedded[Symbol.asyncDispose]();
  return join(path, "postgres");
}
