import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { filesBelow } from "../../dev/mutation/test_files.ts";

/** The root of the repository. */
export const root = fileURLToPath(new URL("../../../", import.meta.url));

/** A fenced block, and the output that the page shows below it. */
export type Block = { language: string; script: string; shown: string };

const notOwn = ["node_modules", "data", "dist", "coverage", ".git"];

/** The files of the repository whose name `wanted` accepts, by their path below the root. */
export async function ownFiles(wanted: (name: string) => boolean): Promise<string[]> {
  const own = [...Deno.readDirSync(root)].map(({ name }) => name).filter((name) => !notOwn.includes(name));
  const found = await filesBelow(own.map((name) => join(root, name)), wanted);
  return found.map((path) => relative(root, path)).filter(wanted);
}

/** The blocks of a page under each of its headings. */
export function sectionsOf(page: string): Map<string, Block[]> {
  const sections = new Map<string, Block[]>();
  let heading = "";
  const text = Deno.readTextFileSync(join(root, page));
  for (const [, title, language = "", script = ""] of text.matchAll(/^#+ (.+)$|^ *```(\w*)\n([^]*?)^ *```$/gm)) {
    if (title !== undefined) heading = title;
    else if (language !== "") sections.getOrInsertComputed(heading, () => []).push({ language, script, shown: "" });
    else sections.get(heading)?.splice(-1, 1, { ...sections.get(heading)!.at(-1)!, shown: script });
  }
  return sections;
}

/** How a block that no test runs begins, and why: `# Not run by a test: it needs a cluster`. */
const notRun = /^(?:#|--) Not run by a test: \S/;

/** Whether a test should run the block. */
export const isToRun = ({ script }: Block) => !notRun.test(script);

/**
 * The blocks of a language under these headings of a page that a test should run. `procedures_test.ts` reads the calls
 * of this function, so the arguments must be literals.
 */
export function blocksOf(language: "sh" | "sql" | "ts", page: string, ...headings: [string, ...string[]]): Block[] {
  const sections = sectionsOf(page);
  return headings.flatMap((heading) => {
    const blocks = (sections.get(heading) ?? []).filter((block) => block.language === language && isToRun(block));
    if (blocks.length === 0) throw new Error(`${page} has no ${language} block under "${heading}"`);
    return blocks;
  });
}

/** The only such block. */
export function blockOf(language: "sh" | "sql" | "ts", page: string, heading: string): string {
  const [block, ...others] = blocksOf(language, page, heading);
  if (others.length > 0) throw new Error(`${page} has several ${language} blocks under "${heading}"`);
  return block!.script;
}
