import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { anyRevision } from "../access/grants/grants.ts";
import type { Sentinel } from "../testing/harness.ts";
import { begun } from "../testing/people/sessions.ts";
import { inChromium } from "../testing/traffic/chromium.ts";
import { localActor } from "../vocabulary/actor.ts";

/**
 * Ada, who may delete invoices by a role that inherits it and has two sessions, and an administrator, who is signed in.
 */
async function furnish(sentinel: Sentinel, page: Page, origin: string) {
  await sentinel.permissionRegistry.register("invoice:delete", "", localActor);
  await sentinel.roles.create(
    { name: "clerk", description: "", permissions: ["invoice:delete"], parents: [] },
    localActor,
  );
  await sentinel.roles.create({ name: "manager", description: "", permissions: [], parents: ["clerk"] }, localActor);
  const create = (username: string, ...roles: string[]) =>
    sentinel.registrations.create({ username, password: `only ${username} knows` }, ["user", ...roles], localActor);
  const { id: administrator } = await create("margaret", "admin");
  const { id } = await create("adelaide");
  await sentinel.grants.grant(id, "manager", null, anyRevision, { ...localActor, actor_id: administrator });
  for (let count = 0; count < 2; count++) await begun(sentinel, id);
  await page.goto(`${origin}/signin`);
  await page.fill("#username", "margaret");
  await page.fill("#password", "only margaret knows");
  await page.click("button.primary");
  await page.waitForURL("**/account");
}

inChromium(
  "without JavaScript an administrator finds out why a user may do something, and signs a stolen laptop out",
  async (browser, origin, sentinel) => {
    const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    await furnish(sentinel, page, origin);
    await page.goto(`${origin}/`);
    await page.waitForURL("**/console");
    await page.click("text=Find out why a user may do something");
    await page.fill("#q", "adel");
    await page.click("text=Apply");
    await page.click("text=adelaide");
    await page.click('[aria-label="Why invoice:delete?"]');
    const stops = await page.locator("ol.chain b").allTextContents();
    assert.deepEqual(stops, ["adelaide", "by margaret", "manager", "clerk", "invoice:delete"]);
    await page.click("text=Revoke all…");
    await page.click("button.danger");
    await page.waitForSelector("text=The user is not signed in anywhere.");
  },
);

inChromium("with JavaScript the drawing of roles gets larger and smaller", async (browser, origin, sentinel) => {
  const page = await (await browser.newContext()).newPage();
  await furnish(sentinel, page, origin);
  await page.goto(`${origin}/console/roles/manager`);
  const width = async () => Math.round((await page.locator(".graph svg").boundingBox())!.width);
  const drawn = await width();
  await page.click("text=Zoom in");
  assert.equal(await width(), Math.round(drawn * 1.25));
  await page.click("text=Zoom out");
  await page.click("text=Zoom out");
  assert.equal(await width(), Math.round(drawn * 0.8));
});

inChromium(
  "with JavaScript the list of users follows the search, and keys lead to it and list themselves",
  async (browser, origin, sentinel) => {
    const page = await (await browser.newContext()).newPage();
    const errors: string[] = [];
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    await furnish(sentinel, page, origin);
    await page.goto(`${origin}/console/users`);
    await page.keyboard.press("?");
    await page.waitForSelector("#keys:popover-open");
    await page.keyboard.press("?");
    await page.keyboard.press("/");
    await page.keyboard.type("adel");
    await page.waitForURL("**/console/users?q=adel*");
    await page.waitForSelector("text=1 user, by username.");
    assert.deepEqual(await page.locator("tbody th").allTextContents(), ["adelaide"]);
    assert.deepEqual(errors, []);
  },
);
