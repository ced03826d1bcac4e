import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { Sentinel } from "../../testing/harness.ts";
import { newSession } from "../../testing/people/client_sessions.ts";
import { newClient } from "../../testing/people/clients.ts";
import { inChromium } from "../../testing/traffic/chromium.ts";
import { localActor } from "../../vocabulary/actor.ts";

/** An application on another site: its page sends a form, and it has a page for users who are signed out. */
function serveApplication(form: () => string) {
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) =>
      new Response(new URL(request.url).pathname === "/out" ? "<h1>Signed out of the ledger</h1>" : form(), {
        headers: { "content-type": "text/html" },
      }),
  );
  return { origin: `http://localhost:${server.addr.port}`, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** Signs a new user in to the pages, and to the client; answers the id_token. */
async function signInTo(clientId: string, page: Page, origin: string, sentinel: Sentinel): Promise<string> {
  const username = `u${crypto.randomUUID()}`;
  const password = `only ${username} knows`;
  const { id: userId } = await sentinel.registrations.create({ username, password }, ["user"], localActor);
  await page.goto(`${origin}/signin`);
  await page.fill("#username", username);
  await page.fill("#password", password);
  await page.click("button.primary");
  await page.waitForURL("**/account");
  const ids = async (where: string, value: string) =>
    (await sentinel.db.query<{ id: string; rp_sid: string }>("test", `select id, rp_sid from sessions where ${where}`, [
      value,
    ]))[0]!;
  const parentId = (await ids("user_id = $1 and kind = 'browser'", userId)).id;
  const sid = await newSession(sentinel, { userId, kind: "client", clientId, parentId });
  const iat = Math.floor(Date.now() / 1000);
  const claims = { sub: userId, aud: clientId, iat, exp: iat + 600, auth_time: iat, user: {} };
  return await sentinel.idTokens.sign({ ...claims, sid: (await ids("id = $1", sid)).rp_sid }, "RS256");
}

inChromium(
  "T253 the form of an application on another site signs its user out and leads back; without a hint the user is asked",
  async (browser, origin, sentinel) => {
    let members: Record<string, string> = {};
    const inputs = () =>
      Object.entries(members).map(([name, value]) => `<input name="${name}" value="${value}">`).join("");
    await using application = serveApplication(() =>
      `<form method="post" action="${origin}/oauth/end_session">${inputs()}<button>Sign out</button></form>`
    );
    const out = `${application.origin}/out`;
    const { id } = await newClient(sentinel, {
      own_api: false,
      redirect_uris: [`${application.origin}/in`],
      post_logout_redirect_uris: [out],
    });
    const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    const id_token_hint = await signInTo(id, page, origin, sentinel);
    for (const hint of [{ id_token_hint }, { client_id: id }]) {
      members = { ...hint as Record<string, string>, post_logout_redirect_uri: out, state: "a b" };
      if ("client_id" in hint) await signInTo(id, page, origin, sentinel);
      await page.goto(application.origin);
      await page.click("button");
      if ("client_id" in hint) {
        await page.waitForURL("**/signout?*");
        await page.click("button.primary");
      }
      await page.waitForURL(`${out}?state=a%20b`);
      assert.match(await page.content(), /Signed out of the ledger/);
      await page.goto(`${origin}/account`);
      assert.match(page.url(), /\/signin\?next=/, "nobody is signed in");
    }
  },
);
