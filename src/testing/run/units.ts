import { testFiles } from "../../dev/mutation/test_files.ts";
import { shuffledBy } from "./order.ts";

/** Files that are run together: one in the process that it shares with others, or several by `deno test`. */
export type Unit = { paths: string[]; sharing: boolean };

/** What takes longest is begun first, so that all workers end at about the same time. */
export const slowest = [
  "src/account/chromium_test.ts",
  "src/console/crawl_chromium_test.ts",
  "src/dev/recipe_test.ts",
  "src/account/passkeys/passkeys_chromium_test.ts",
  "src/http/request/late_body_test.ts",
  "src/platform/embedded/embedded_test.ts",
  "src/access/races_test.ts",
  "src/cli/serve/data_folder_test.ts",
  "src/cli/serve/serve_survival_test.ts",
  "src/dev/readme_test.ts",
  "src/tokens/keys/key_races_test.ts",
  "src/oauth/authorize/authorize_chromium_test.ts",
  "src/sessions/rotation/rotation_races_test.ts",
  "src/platform/db/migrate_test.ts",
  "src/cli/serve/serve_log_test.ts",
  "src/account/signin/enrol_chromium_test.ts",
  "src/oauth/device/device_chromium_test.ts",
  "src/http/canary_test.ts",
  "src/http/cost_test.ts",
  "src/cli/serve/serve_tracing_test.ts",
  "src/cli/secret/secret_test.ts",
  "src/dev/generate_test.ts",
  "src/audit/erasure/erasure_test.ts",
  "src/audit/chain/sealer_test.ts",
  "docs/examples/mcp/mcp_test.ts",
  "docs/examples/examples_test.ts",
  "src/accounts/registration/registration_races_test.ts",
  "src/cli/db/db_round_trip_test.ts",
  "src/client/package_test.ts",
];
/** A process that runs several files takes about as long as one of the slowest. */
const batchSize = 16;

/** All test files but fault tests, which take minutes and run by `deno task test:faults`. */
export async function listUnits(seed: number): Promise<Unit[]> {
  const folders = (await Array.fromAsync(Deno.readDir("."))).map(({ name }) => name);
  const found = await testFiles(folders.includes("docs") ? ["src", "docs/examples"] : ["src"]);
  const files = await Promise.all(
    shuffledBy(seed, found).map(async (path) => ({
      path,
      sharing: sharesProcess(await Deno.readTextFile(path)),
    })),
  );
  const slow = files.filter(({ path }) => slowest.includes(path))
    .sort((a, b) => slowest.indexOf(a.path) - slowest.indexOf(b.path));
  const others = files.filter(({ path }) => !slowest.includes(path));
  const alone = others.filter(({ sharing }) => !sharing).map(({ path }) => path);
  return [
    ...slow.map(({ path, sharing }) => ({ paths: [path], sharing })),
    ...Array.from({ length: Math.ceil(alone.length / batchSize) }, (_, batch) => ({
      paths: alone.slice(batch * batchSize, (batch + 1) * batchSize),
      sharing: false,
    })),
    ...others.filter(({ sharing }) => sharing).map(({ path }) => ({ paths: [path], sharing: true })),
  ];
}

/**
 * Whether the tests of this file may share a process with those of other files. All of them come from `test` and
 * `testOnPostgres` of the harness or from `inChromium`, which turn Deno's sanitizers off in `deno test` too, so nothing
 * is checked less. None changes what a process has only once, or measures what this process uses. In doubt a file has a
 * process of its own.
 */
export function sharesProcess(source: string): boolean {
  return usesHarness.test(source) && !needsOwnProcess.some((pattern) => pattern.test(source));
}

const usesHarness = /\bfrom "[./]+testing\/(?:harness|traffic\/chromium)\.ts"/;

const needsOwnProcess = [
  /\bDeno\.test\(/,
  /\bDeno\.(?:env\.(?:set|delete)|chdir|umask|addSignalListener)\(/,
  /\bglobalThis\.(?:\w+ = |addEventListener\()|\bObject\.assign\((?:globalThis|Deno)\b/,
  /\b(?:cpuUsage|memoryUsage)\(/,
];
