import type { Browser, Shown } from "../people/browser.ts";
import { statementsOf } from "../statements/statements.ts";

/** How many pages of one shape are opened: they differ by ids and filters only. */
const perShape = 3;

/** What is not a page of ours to look at: documents, and what ends the session. */
const isBeside = (path: string) =>
  /^\/(?:docs|openapi|problems|assets|signout|oauth|\.well-known|metrics)|\.\w+$/.test(path);

export const shapeOf = (path: string) =>
  path.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "{id}").replaceAll(/=[^&]*/g, "=").replace(
    /(roles|permissions)\/[^/?]+/,
    "$1/{name}",
  );

export type Visited = { path: string; shown: Shown; statements: number };

/** Opens every page that links lead to. */
export async function crawl(browser: Browser, from: string[]): Promise<Visited[]> {
  const queue = [...from];
  const [seen, shapes, visited] = [new Set(queue), new Map<string, number>(), [] as Visited[]];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const shape = shapeOf(path);
    const times = shapes.get(shape) ?? 0;
    if (times >= perShape) continue;
    shapes.set(shape, times + 1);
    let shown: Shown;
    const made = await statementsOf(async () => shown = await browser.open(path!, { accept: "text/html" }));
    visited.push({ path, shown: shown!, statements: Object.values(made).reduce((sum, count) => sum + count, 0) });
    if (!isPage(shown!)) continue;
    for (const [, href] of shown!.html.matchAll(/<a\b[^>]*\bhref="(\/[^"#]*)/g)) {
      const next = href!.replaceAll("&amp;", "&").replaceAll("&#39;", "'").replaceAll("&quot;", '"');
      if (!seen.has(next) && !isBeside(next)) queue.push(next);
      seen.add(next);
    }
  }
  return visited;
}

export const isPage = ({ response }: Shown) => response.headers.get("content-type")?.startsWith("text/html") ?? false;
