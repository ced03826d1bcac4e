import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { newcomer } from "../../testing/people/people.ts";
import { inChromium } from "../../testing/traffic/chromium.ts";
import { pictures, review, views } from "../../testing/traffic/page_review.ts";
import { answerIn, authorizePath, newApplication, othersApplication } from "../../testing/people/applications.ts";

const password = "seven seas and one harbour";

/** The web server of an application, which keeps what browsers bring it, by whatever method. */
function openApplication() {
  const arrived: Record<string, string>[] = [];
  const ending = new AbortController();
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", signal: ending.signal, onListen: () => {} },
    async (request) => {
      if (request.url.endsWith("/favicon.ico")) return new Response(null, { status: 404 });
      const form = request.method === "POST" ? new URLSearchParams(await request.text()) : undefined;
      arrived.push(form ? Object.fromEntries(form) : answerIn(request.url));
      return new Response("<!doctype html><title>Ledger</title><link rel=icon href='data:,'><h1>Arrived</h1>", {
        headers: { "content-type": "text/html" },
      });
    },
  );
  const redirectUri = `http://127.0.0.1:${server.addr.port}/callback`;
  return { redirectUri, visited, [Symbol.dispose]: () => ending.abort() };

  /** What the page has brought, which ends there. */
  async function visited(page: Page): Promise<Record<string, string>> {
    await page.waitForSelector("text=Arrived", { timeout: 10_000 });
    return arrived.pop()!;
  }
}

async function signIn(page: Page, username: string): Promise<void> {
  await page.fill("#username", username);
  await page.fill("#password", password);
  await page.click("button.primary");
}

inChromium(
  "without JavaScript a user signs in to an application, is asked, allows and denies, and by form_post",
  async (browser, origin, sentinel) => {
    const { username } = await newcomer(sentinel, { hash: await sentinel.passwords.hash(password) });
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    using ledger = openApplication();
    const { redirectUri } = ledger;
    const own = await newApplication(sentinel, { redirect_uris: [redirectUri] });
    const other = await othersApplication(sentinel, { redirect_uris: [redirectUri] });

    await page.goto(origin + authorizePath(own));
    await page.waitForSelector("text=Afterwards you go on to Ledger");
    await signIn(page, username);
    assert.match((await ledger.visited(page)).code!, /^snt_ac_/);

    await page.goto(origin + authorizePath(own));
    assert.match((await ledger.visited(page)).code!, /^snt_ac_/, "at once, by redirects alone");

    await page.goto(origin + authorizePath(other));
    await page.waitForSelector("text=Ledger wants access to your account");
    await page.click("text=Deny");
    assert.equal((await ledger.visited(page)).error, "access_denied");

    await page.goto(origin + authorizePath(other));
    await page.click("text=Allow access");
    assert.match((await ledger.visited(page)).code!, /^snt_ac_/);

    await page.goto(origin + authorizePath(other, { response_mode: "form_post" }));
    await page.click("text=Go on to Ledger");
    const { code, state } = await ledger.visited(page);
    assert.deepEqual([code!.slice(0, 7), state], ["snt_ac_", "a state"]);
  },
);

inChromium(
  "a browser sends the form of form_post by itself, and the policy allows it",
  async (browser, origin, sentinel) => {
    const { username } = await newcomer(sentinel, { hash: await sentinel.passwords.hash(password) });
    const context = await browser.newContext();
    const page = await context.newPage();
    const violations: string[] = [];
    page.on("console", (message) => void (message.type() === "error" && violations.push(message.text())));
    using ledger = openApplication();
    const application = await othersApplication(sentinel, { redirect_uris: [ledger.redirectUri] });
    await page.goto(origin + authorizePath(application, { response_mode: "form_post" }));
    await signIn(page, username);
    await page.click("text=Allow access");
    assert.match((await ledger.visited(page)).code!, /^snt_ac_/);
    await page.goto(origin + authorizePath(application, { response_mode: "form_post" }));
    assert.match((await ledger.visited(page)).code!, /^snt_ac_/);
    assert.deepEqual(violations, []);
  },
);

inChromium("two tabs with two applications both get there", async (browser, origin, sentinel) => {
  const { username } = await newcomer(sentinel, { hash: await sentinel.passwords.hash(password) });
  const context = await browser.newContext({ javaScriptEnabled: false });
  using ledger = openApplication();
  const { redirectUri } = ledger;
  const [first, second] = [await context.newPage(), await context.newPage()];
  const application = await newApplication(sentinel, { redirect_uris: [redirectUri] });
  await first.goto(origin + authorizePath(application));
  await second.goto(origin + authorizePath(application, { state: "second" }));
  await signIn(first, username);
  assert.equal((await ledger.visited(first)).state, "a state");
  await signIn(second, username);
  await second.click("a.primary"); // open the page again
  assert.equal((await ledger.visited(second)).state, "second");
});

inChromium(
  "axe finds nothing on the pages of applications, and nothing scrolls sideways",
  async (browser, origin, sentinel) => {
    const { username } = await newcomer(sentinel, { hash: await sentinel.passwords.hash(password) });
    const application = await othersApplication(sentinel, {
      redirect_uris: [`https://a-rather-long-name-of-a-host-${"x".repeat(30)}.example.com/callback`],
    });
    const native = await othersApplication(sentinel, {
      redirect_uris: ["com.example.ledger:/callback"],
      application_type: "native",
    });
    for (const { name, colorScheme, width, height } of views.filter(({ isTested }) => pictures || isTested)) {
      for (const locale of pictures ? ["en", "de"] : [colorScheme === "light" ? "en" : "de"]) {
        const context = await browser.newContext({ viewport: { width, height }, colorScheme, locale });
        const page = await context.newPage();
        const violations: string[] = [];
        page.on("console", (message) => void (message.type() === "error" && violations.push(message.text())));
        const look = (what: string) => review(page, `${what}.${locale}.${name}`, violations);
        const scope = "openid profile email roles offline_access";
        await page.goto(origin + authorizePath(application, { scope, prompt: "consent" }));
        await look("authorize-signin");
        await signIn(page, username);
        await page.waitForSelector("#may");
        await look("consent");
        await page.goto(origin + authorizePath(native, { prompt: "consent" }));
        await page.click("button.primary");
        await page.waitForSelector("a.primary");
        await look("consent-native");
        await page.goto(`${origin}/consent?flow=x`);
        violations.length = 0; // Chromium logs the status
        await look("consent-stale");
        await page.goto(
          origin + authorizePath(application, { redirect_uri: `https://${"x".repeat(200)}.example.com/` }),
        );
        violations.length = 0;
        await look("authorize-refused");
        await context.close();
      }
    }
  },
);
