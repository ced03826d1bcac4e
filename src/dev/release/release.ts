/**
 * `deno task release check TAG`: whether this tree is what the tag says. `files`: writes what is published into
 * `dist/release`; `--without-binaries` leaves out what has to be compiled. `begin VERSION`: after a release, writes the
 * next version. See docs/releasing.md.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { version } from "../../version.ts";
import { releasesOf } from "./changelog.ts";
import { writeFiles } from "./files.ts";
import { versionsAt, writeVersion } from "./versions.ts";

const house = fileURLToPath(new URL("../../../", import.meta.url));

/** Why this tree cannot be released as this tag; empty if it can. `root` is the repository. */
export async function obstacles(tag: string, root = house): Promise<string[]> {
  const places = (await versionsAt(root)).filter((place) => `v${place.version}` !== tag);
  const release = releasesOf(await changelog(root)).find((each) => `v${each.version}` === tag);
  return [
    ...places.map(({ path, version }) => `${path} has the version ${version}`),
    ...(release ? [] : ["CHANGELOG.md does not have this version"]),
    ...(release && !release.date ? [`CHANGELOG.md calls it unreleased: "## ${release.version} — <the day>"`] : []),
  ];
}

/** The notes of this version, whose links lead into the repository at its tag. */
export async function notes(root = house): Promise<string> {
  const release = releasesOf(await changelog(root)).find((each) => each.version === version);
  if (!release) throw new Error(`CHANGELOG.md does not have ${version}.`);
  const tree = `https://github.com/sentinel/sentinel/blob/v${version}/`;
  return release.notes.replace(/\]\((?!https?:|#)([^)\s]+)\)/g, (_, path) => `](${tree}${path})`);
}

/** Writes the next version, and its heading in the changelog. @throws unless the present one is released. */
export async function begin(next: string, root = house): Promise<void> {
  if (!/^\d+\.\d+\.\d+$/.test(next)) throw new Error(`"${next}" is no version such as 0.2.0.`);
  const text = await changelog(root);
  const [newest] = releasesOf(text);
  if (!newest?.date) throw new Error(`CHANGELOG.md: ${newest?.version} is not released yet.`);
  await writeVersion(root, next);
  const heading = `## Unreleased — ${next}\n\n### Updating\n\n- Nothing beyond a rolling update.\n\n`;
  await Deno.writeTextFile(join(root, "CHANGELOG.md"), text.replace(/^## /m, `${heading}## `));
}

const changelog = (root: string) => Deno.readTextFile(join(root, "CHANGELOG.md"));

async function run([command, word = ""]: string[]): Promise<number> {
  if (command === "check") {
    const reasons = await obstacles(word);
    for (const reason of reasons) console.error(`${word} cannot be released: ${reason}`);
    return reasons.length > 0 ? 1 : 0;
  }
  if (command === "files") await writeFiles("dist/release", await notes(), { binaries: word !== "--without-binaries" });
  else if (command === "begin") await begin(word);
  else {
    console.error("release check TAG | files [--without-binaries] | begin VERSION");
    return 2;
  }
  return 0;
}

if (import.meta.main) Deno.exit(await run(Deno.args));
