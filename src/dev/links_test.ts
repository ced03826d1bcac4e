import assert from "node:assert/strict";
import { dirname, join, normalize, relative } from "node:path";
import { ownFiles, root } from "../testing/documents/blocks.ts";

/** The pages of the repository. */
const pages = async () => (await ownFiles((name) => name.endsWith(".md"))).map((page) => join(root, page));

/** The text without code, which has no links or headings. */
function prose(text: string): string {
  return text.replace(/^```[^]*?^```$/gm, "").replace(/`[^`\n]+`/g, (code) => code.replace(/[\[\]()]/g, ""));
}

/** The anchors that GitHub generates for the headings of a page. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of prose(text).matchAll(/^#{1,6} (.+)$/gm)) {
    const plain = heading!.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const anchor = plain.replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, "").replace(/\s/g, "-");
    let unique = anchor;
    for (let n = 1; anchors.has(unique); n++) unique = `${anchor}-${n}`;
    anchors.add(unique);
  }
  return anchors;
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** The broken links of a page. */
function deadLinks(page: string): string[] {
  const text = Deno.readTextFileSync(page);
  const targets = [...prose(text).matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)$/gm)].map(([, a, b]) => (a ?? b)!);
  return targets.filter((target) => !/^[a-z]+:/.test(target)).filter((target) => {
    const [path, anchor] = target.split("#") as [string, string?];
    const file = path === "" ? page : normalize(join(dirname(page), decodeURI(path)));
    if (!exists(file)) return true;
    return anchor !== undefined && !anchorsOf(Deno.readTextFileSync(file)).has(anchor);
  }).map((target) => `${relative(root, page)}: ${target}`);
}

Deno.test("every relative link of every page leads to a file, and every anchor to a heading", async () => {
  const all = await pages();
  assert.ok(all.length > 20, `${all.length} pages`);
  assert.deepEqual(all.flatMap(deadLinks), []);
});

Deno.test("a page under docs/ can be reached from the README", async () => {
  const reached = new Set<string>();
  const follow = (page: string) => {
    if (reached.has(page)) return;
    reached.add(page);
    for (const [, target] of prose(Deno.readTextFileSync(page)).matchAll(/\]\(([^)\s#]+\.md)(?:#[^)]*)?\)/g)) {
      const file = normalize(join(dirname(page), target!));
      if (!/^[a-z]+:/.test(target!) && exists(file)) follow(file);
    }
  };
  follow(join(root, "README.md"));
  const unreached = (await pages()).filter((page) => page.startsWith(join(root, "docs/")) && !reached.has(page));
  assert.deepEqual(unreached.map((page) => relative(root, page)), []);
});

Deno.test("no long sentence occurs on two pages", async () => {
  const seen = new Map<string, string>();
  const twice: string[] = [];
  for (const page of await pages()) {
    if (/\/observability\/runbooks\//.test(page)) continue; // each runbook is read by itself
    const text = prose(Deno.readTextFileSync(page)).replace(/^\|.*$/gm, "").replace(/\s+/g, " ");
    for (const sentence of new Set(text.split(/(?<=[.:;]) /).filter(({ length }) => length >= 60))) {
      const before = seen.get(sentence);
      if (before) twice.push(`${before} and ${relative(root, page)}: ${sentence}`);
      else seen.set(sentence, relative(root, page));
    }
  }
  assert.deepEqual(twice, []);
});

Deno.test("a search of the documents for a usual term finds a page", async () => {
  const text = (await Promise.all((await pages()).map((page) => Deno.readTextFile(page)))).join("\n")
    .replace(/\s+/g, " ").toLowerCase();
  const terms = [
    ...["reset a password", "unlock", "log a user out", "revoke a session", "role hierarchy", "separation of duties"],
    ...["api key", "single sign-on", "mfa", "ldap", "webhook", "gdpr", "personal data", "rate limit", "cors"],
    ...["back up", "restore", "upgrade", "tls", "docker", "kubernetes", "environment variable", "rotate keys"],
  ];
  assert.deepEqual(terms.filter((term) => !text.includes(term)), []);
});
