import axe from "axe-core";
import assert from "node:assert/strict";
import type { Page } from "playwright-core";

/** A folder that gets a picture of each page, for a review by eye. */
export const pictures = Deno.env.get("SENTINEL_PAGE_PICTURES");

type View = { name: string; width: number; height: number; colorScheme: "light" | "dark"; isTested?: true };

/**
 * The ways to look at a page: a phone, a desk, and a desk at 200 %. Two of them meet every rule of the style sheet, and
 * are tested; for pictures there are all.
 */
export const views: View[] = [
  { name: "light-1280", width: 1280, height: 900, colorScheme: "light", isTested: true },
  { name: "dark-1280", width: 1280, height: 900, colorScheme: "dark" },
  { name: "light-375", width: 375, height: 800, colorScheme: "light" },
  { name: "dark-320", width: 320, height: 640, colorScheme: "dark", isTested: true },
  { name: "zoom-200", width: 640, height: 450, colorScheme: "light" },
];

/** Runs in the page: what axe returns beside the violations is large, and takes as long as the rules themselves. */
const faultsByAxe = `async () => {
  const { violations } = await axe.run({ resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html.slice(0, 120)).join(" | "));
}`;

/** Follows a link, and waits for its page; a click alone returns while the page before is still there. */
export async function follow(page: Page, link: string): Promise<void> {
  await Promise.all([page.waitForEvent("domcontentloaded"), page.click(link)]);
}

/** The most that axe, the width and the console tell of a page. */
export async function review(page: Page, what: string, violations: string[]): Promise<void> {
  if (pictures) await page.screenshot({ path: `${pictures}/${what}.png`, fullPage: true });
  const faults = await page.evaluate(`${axe.source}; (${faultsByAxe})()`);
  assert.deepEqual(faults, [], what);
  const overflow = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
  assert.equal(overflow, 0, `${what} scrolls sideways`);
  assert.deepEqual(violations, [], what);
}
