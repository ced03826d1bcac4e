import assert from "node:assert/strict";
import type { Browser, BrowserContext } from "playwright-core";
import type { Browser as Client } from "../testing/people/browser.ts";
import { hostileHouse } from "../testing/people/hostile_house.ts";
import { inChromium } from "../testing/traffic/chromium.ts";
import { crawl, isPage, shapeOf } from "../testing/traffic/crawl.ts";
import { pictures, review, views } from "../testing/traffic/page_review.ts";

inChromium(
  "axe finds nothing on any page of the console and the account, and nothing scrolls sideways",
  async (browser, origin, sentinel) => {
    const { administrator } = await hostileHouse(sentinel);
    const paths = await onePathOfEachShape(administrator.browser);
    assert.ok(paths.length > 40, `${paths.length} pages`);
    const tested = views.filter(({ isTested }) => pictures || isTested);
    const contexts = await Promise.all(tested.map(async ({ width, height, colorScheme }) => {
      const locale = colorScheme === "light" ? "en" : "de";
      return await signedIn(browser, administrator.browser, origin, {
        viewport: { width, height },
        colorScheme,
        locale,
      });
    }));
    const pages = await Promise.all(contexts.map((context) => context.newPage()));
    const faults: string[] = [];
    for (const [index, path] of paths.entries()) {
      const page = pages[index % pages.length]!; // each view meets every second page
      const violations: string[] = [];
      page.removeAllListeners("console").on("console", (message) => {
        if (message.type() === "error") violations.push(message.text());
      });
      page.removeAllListeners("dialog").on("dialog", (dialog) => {
        violations.push(`a dialog: ${dialog.message()}`);
        dialog.dismiss();
      });
      const name = shapeOf(path).replaceAll(/\W+/g, "-");
      const opened = await page.goto(origin + path);
      if (opened!.status() !== 200) faults.push(`${path}: ${opened!.status()}`);
      await review(page, `crawl${name}`, violations).catch((error) => faults.push(`${path}: ${error.message}`));
    }
    assert.deepEqual(faults, []);
  },
);

async function onePathOfEachShape(client: Client): Promise<string[]> {
  const visited = await crawl(client, ["/account", "/console"]);
  const shapes = new Map(
    visited.filter(({ path, shown }) => isPage(shown) && shown.status === 200 && isOurs(path)).map(({ path }) => [
      shapeOf(path),
      path,
    ]),
  );
  return [...shapes.values()];
}

const isOurs = (path: string) => /^\/(?:account|console)/.test(path);

/** A context of Chromium with the cookies of a browser that has signed in. */
async function signedIn(
  browser: Browser,
  { cookies }: Client,
  origin: string,
  options: Parameters<Browser["newContext"]>[0],
): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  await context.addCookies([...cookies].map(([name, value]) => ({ name, value, url: origin })));
  return context;
}
