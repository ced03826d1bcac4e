import assert from "node:assert/strict";
import { script, scriptPath } from "../http/assets/script.ts";
import { inChromium } from "../testing/traffic/chromium.ts";

Deno.test("the script of pages has at most 5 kB, and uses no sink of Trusted Types", () => {
  assert.ok(new TextEncoder().encode(script).length <= 5_000);
  const code = script.replaceAll(/\/\/ .*/g, "");
  assert.doesNotMatch(code, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval|Function\(/);
});

inChromium("the script copies, reacts to keys, and searches while the user types", async (browser, origin) => {
  const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => void faults.push(error.message));
  page.on("console", (message) => void (message.type() === "error" && faults.push(message.text())));
  // A page of the server's origin and policy, with markup that uses each part of the script.
  await page.route("**/signup?**", async (route) => {
    const answer = await route.fetch();
    const asked = new URL(route.request().url()).searchParams.get("q") ?? "";
    await route.fulfill({
      response: answer,
      body: `<!doctype html><html lang="en"><title>parts</title><script type="module" src="/${scriptPath}"></script>
<form data-live="#found" action="/signup"><input id="q" name="q" data-key="/"></form>
<p id="found">${asked}</p><ul id="codes"><li>one</li><li>two</li></ul>
<button type="button" data-copy="#codes" data-done="Copied" hidden>Copy</button>
<div id="keys" popover data-key="?">Keys</div>`,
    });
  });
  await page.goto(`${origin}/signup?q=first`);
  await page.click("text=Copy");
  await page.waitForSelector("text=Copied");
  assert.equal(await page.evaluate("navigator.clipboard.readText()"), "one\ntwo");
  await page.keyboard.press("?");
  assert.ok(await page.isVisible("#keys"));
  await page.keyboard.press("?");
  assert.ok(!await page.isVisible("#keys"));
  await page.keyboard.press("/");
  await page.keyboard.type("a/?b");
  await page.waitForSelector("#found:text-is('a/?b')");
  assert.equal(new URL(page.url()).searchParams.get("q"), "a/?b");
  assert.deepEqual(faults, []);
});
