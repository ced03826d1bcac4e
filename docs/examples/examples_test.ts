import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { type Sentinel, startSentinel } from "../../src/testing/harness.ts";
import { people } from "../../src/testing/people/people.ts";
import { overSockets } from "../../src/testing/traffic/sockets.ts";
import { createApplication } from "./server/application.ts";
import { createPages } from "./single-page/pages.ts";

const executablePath = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";

/** An application on a free port, which may be created once its address is known to Sentinel. */
type Application = { origin: string; answer: (request: Request) => Response | Promise<Response> };

function inChromium(
  name: string,
  fn: (page: Page, sentinel: Sentinel, application: Application) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore: !existsSync(executablePath),
    async fn() {
      const started: { sentinel?: Sentinel } = {};
      await using server = overSockets((...given) => started.sentinel!.handle(...given));
      const issuer = `http://localhost:${server.port}`;
      await using sentinel = await startSentinel({ lasting: false, settings: { SENTINEL_PUBLIC_URL: issuer } });
      started.sentinel = sentinel;
      const application: Application = { origin: "", answer: () => new Response(null, { status: 503 }) };
      const silent = { port: 0, hostname: "127.0.0.1", onListen: () => {} };
      await using serving = Deno.serve(silent, (request) => application.answer(request));
      application.origin = `http://localhost:${serving.addr.port}`;
      await sentinel.settled("grace");
      const browser: Browser = await chromium.launch({
        executablePath,
        args: Deno.uid() === 0 ? ["--no-sandbox"] : [],
      });
      try {
        await fn(await browser.newPage(), sentinel, application);
      } finally {
        await browser.close();
      }
    },
    sanitizeOps: false,
    sanitizeResources: false,
  });
}

/** Registers the application as the quick start does, by the API. */
async function register(
  sentinel: Sentinel,
  { origin }: Application,
  more: object = {},
): Promise<{ id: string; client_secret: string }> {
  const scopes = ["openid", "profile", "roles"];
  const uris = { redirect_uris: [`${origin}/callback`], post_logout_redirect_uris: [`${origin}/`] };
  const response = await sentinel.fetch("/clients", { json: { name: "example", scopes, ...uris, ...more } }, "ada");
  assert.equal(response.status, 201);
  return await response.json();
}

/** Signs grace in on the page of Sentinel, and allows what the application asks for. */
async function signIn(page: Page): Promise<void> {
  await page.fill("#username", people.grace.username);
  await page.fill("#password", people.grace.password);
  await page.click("button.primary");
  await page.waitForURL("**/consent?*");
  await page.click("button.primary");
  await page.waitForSelector("text=Hello grace: user");
}

inChromium("the server application signs a user in and out with openid-client", async (page, sentinel, application) => {
  const { id, client_secret } = await register(sentinel, application);
  const issuer = sentinel.settings.SENTINEL_PUBLIC_URL;
  const { fetch } = await createApplication({
    issuer,
    clientId: id,
    clientSecret: client_secret,
    origin: application.origin,
  });
  application.answer = (request) => fetch(request);
  await page.goto(`${application.origin}/`);
  await page.click("text=Sign in");
  await signIn(page);
  assert.equal(page.url(), `${application.origin}/`);
  await page.click("text=Sign out");
  await page.waitForSelector("text=Sign in");
  await page.click("text=Sign in");
  await page.waitForSelector("#password"); // the user is signed out of Sentinel too
});

inChromium(
  "the single-page application signs a user in and out with oidc-client-ts",
  async (page, sentinel, application) => {
    const { id } = await register(sentinel, application, { token_endpoint_auth_method: "none" });
    const answer = await createPages({ issuer: sentinel.settings.SENTINEL_PUBLIC_URL, client_id: id });
    application.answer = ({ url }) => answer(new URL(url).pathname);
    await page.goto(`${application.origin}/`);
    await page.click("#signin");
    await signIn(page);
    assert.equal(page.url(), `${application.origin}/`, "the code has left the address");
    await page.click("#refresh");
    await page.waitForSelector("text=A new token, good for 600 s");
    await page.click("#signout");
    await page.waitForSelector("#signin:visible");
    await page.click("#signin");
    await page.waitForSelector("#password");
  },
);
