import { join } from "node:path";
import manifest from "../../../deno.json" with { type: "json" };
import { releasesOf } from "../../dev/release/changelog.ts";
import { root } from "../documents/blocks.ts";

/** The program of a release, from a folder. */
export type ReleasedProgram = AsyncDisposable & { folder: string; version: string };

/**
 * The release before this version: the newest one in CHANGELOG.md of another version than `deno.json`, as it was
 * tagged. Before the first release it is the present tree. Disposal deletes the copy.
 */
export async function previousRelease(): Promise<ReleasedProgram> {
  const previous = releasesOf(await Deno.readTextFile(join(root, "CHANGELOG.md")))
    .find(({ version, date }) => date !== undefined && version !== manifest.version);
  if (!previous) return { folder: root, version: manifest.version, [Symbol.asyncDispose]: () => Promise.resolve() };
  return await checkedOut(previous.version);
}

/** A copy of the files of a release, with its packages. */
async function checkedOut(version: string): Promise<ReleasedProgram> {
  const commit = await commitOf(version);
  await using held = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: `sentinel-${version}-` });
  held.defer(() => Deno.remove(folder, { recursive: true }));
  const archive = join(folder, "files.tar");
  await run(root, "git", "archive", "--output", archive, commit, "deno.json", "deno.lock", "sql", "src");
  await run(folder, "tar", "-xf", archive);
  const [theirs, ours] = await Promise.all([folder, root].map((each) => Deno.readTextFile(join(each, "deno.lock"))));
  if (theirs === ours) {
    await Deno.symlink(await Deno.realPath(join(root, "node_modules")), join(folder, "node_modules"));
  } else await run(folder, Deno.execPath(), "install", "--quiet", "--frozen");
  const copy = held.move();
  return { folder, version, [Symbol.asyncDispose]: () => copy.disposeAsync() };
}

/**
 * The commit of the release: its tag, or in a clone without tags the last commit before `deno.json` had a later
 * version.
 */
async function commitOf(version: string): Promise<string> {
  const [tagged] = await linesOf("git", "tag", "--list", `v${version}`);
  if (tagged) return tagged;
  const [later] = await linesOf("git", "log", "--format=%H", "-1", `-S"version": "${version}"`, "--", "deno.json");
  if (!later) throw new Error(`This clone lacks the release ${version}: git fetch --tags --unshallow`);
  return `${later}^`;
}

async function linesOf(program: string, ...args: string[]): Promise<string[]> {
  return (await run(root, program, ...args)).split("\n").filter(Boolean);
}

/** Runs a program and returns what it prints. @throws when it fails. */
async function run(cwd: string, program: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args, cwd }).output();
  if (!success) throw new Error(`${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
