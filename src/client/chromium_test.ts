import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { deno } from "../dev/binary/bundle.ts";
import { startSentinel } from "../testing/harness.ts";
import { people } from "../testing/people/people.ts";
import { overSockets } from "../testing/traffic/sockets.ts";

const executablePath = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";

Deno.test({
  name: "X03 two tabs of Chromium share a session: its refresh, its logout and the next login",
  ignore: !existsSync(executablePath),
  async fn() {
    // The package's bundle and a page, as an application serves them.
    await using pages = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async ({ url }) => {
      if (url.endsWith("/client.js")) {
        return new Response(await bundled(), { headers: { "content-type": "text/javascript" } });
      }
      return new Response("<!doctype html>", { headers: { "content-type": "text/html" } });
    });
    const application = `http://127.0.0.1:${pages.addr.port}`;
    await using sentinel = await startSentinel({ settings: { SENTINEL_CORS_ORIGINS: application } });
    await using server = overSockets(sentinel.handle);
    for (const name of ["ada", "grace"] as const) await sentinel.settled(name);
    const login = ({ username, password }: { username: string; password: string }) =>
      `client.login(${JSON.stringify(username)}, ${JSON.stringify(password)})`;

    const { chromium } = await import("playwright-core");
    const browser = await chromium.launch({ executablePath, args: Deno.uid() === 0 ? ["--no-sandbox"] : [] });
    try {
      const context = await browser.newContext();
      const open = async () => {
        const page = await context.newPage();
        await page.goto(application);
        await page.evaluate(`import("/client.js").then(({ browserStorage, createSentinelClient }) => {
          const options = { storage: browserStorage() };
          globalThis.client = createSentinelClient("http://127.0.0.1:${server.port}", options);
        })`);
        return page;
      };
      const first = await open();
      await first.evaluate(login(people.ada));
      const second = await open();
      for (const page of [first, second]) await page.evaluate(`client.tokens.access_token = "long gone"; 0`);
      const me = `client.GET("/users/me").then(({ data, response }) => data?.username ?? response.status)`;
      // A tab may read what the other has stored a moment late: then it sends the same refresh token within the grace.
      assert.deepEqual(await Promise.all([first.evaluate(me), second.evaluate(me)]), ["ada", "ada"]);
      await first.evaluate(`client.tokens.access_token = "long gone"; ${me}`);
      assert.equal(await second.evaluate(me), "ada");
      const reuses = "select from audit_events where action = 'session.refresh_reused'";
      assert.deepEqual(await sentinel.db.query("test", reuses), []);
      await first.evaluate("client.logout()");
      await second.waitForFunction("client.tokens === undefined");
      await second.evaluate(login(people.grace));
      await first.waitForFunction("client.tokens !== undefined");
      assert.equal(await first.evaluate(me), "grace");
    } finally {
      await browser.close();
    }
  },
  sanitizeOps: false,
  sanitizeResources: false,
});

/** The package as one file for browsers. */
async function bundled(): Promise<string> {
  const source = fileURLToPath(new URL("mod.ts", import.meta.url));
  return (await deno(["bundle", "--quiet", "--platform", "browser", source])).stdout;
}
