import assert from "node:assert/strict";
import type { Sentinel } from "../../testing/harness.ts";
import { totpCode } from "../../testing/factors/factors.ts";
import { inChromium } from "../../testing/traffic/chromium.ts";
import { pictures, review, views } from "../../testing/traffic/page_review.ts";
import { localActor } from "../../vocabulary/actor.ts";

const password = "seven seas and one harbour";

type OpenPage = Parameters<typeof review>[0];

/** A new user who must have a second factor and has none. */
async function newUser({ roles, registrations }: Sentinel): Promise<string> {
  const name = `r${crypto.randomUUID()}`;
  await roles.create({ name, description: "", permissions: [], parents: [], mfa_required: true }, localActor);
  const username = `u${crypto.randomUUID().slice(0, 8)}`;
  await registrations.create({ username, password }, ["user", name], localActor);
  return username;
}

/** Signs a new user in, who sets up an app on the way, and looks at the pages. */
async function signIn(
  page: OpenPage,
  origin: string,
  sentinel: Sentinel,
  look: (what: string) => Promise<void>,
): Promise<void> {
  const username = await newUser(sentinel);
  await page.goto(`${origin}/signin`);
  await page.fill("#username", username);
  await page.fill("#password", password);
  await page.click("button.primary");
  await page.waitForURL("**/signin/enrol?*");
  await look("enrol");
  await page.click("button.primary");
  await page.waitForSelector("svg[role=img]");
  await look("enrol-secret");
  const secret = (await page.locator("code").first().innerText()).replaceAll(/\s/g, "");
  await page.fill("#code", "000000");
  await page.click("button.primary");
  await page.waitForSelector("[aria-invalid]");
  await look("enrol-refused");
  await page.fill("#code", totpCode(secret, Math.floor(sentinel.clock.now() / 30_000)));
  await page.click("button.primary");
  await page.waitForSelector("li code");
  await look("enrol-codes");
  assert.equal(await page.locator("li code").count(), 10);
  await page.click("a.primary");
  await page.waitForURL("**/account");
  assert.match(await page.content(), new RegExp(username));
}

inChromium("without JavaScript a user sets up a required factor at sign-in", async (browser, origin, sentinel) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  await signIn(await context.newPage(), origin, sentinel, () => Promise.resolve());
});

inChromium(
  "axe finds nothing on the pages that set up a required factor, and nothing scrolls sideways",
  async (browser, origin, sentinel) => {
    for (const { name, colorScheme, width, height } of views.filter(({ isTested }) => pictures || isTested)) {
      const locale = colorScheme === "light" ? "en" : "de";
      const context = await browser.newContext({ viewport: { width, height }, colorScheme, locale });
      const page = await context.newPage();
      await signIn(page, origin, sentinel, (what) => review(page, `${what}.${locale}.${name}`, []));
      await context.close();
    }
  },
);
