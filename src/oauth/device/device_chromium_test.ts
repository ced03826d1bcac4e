import assert from "node:assert/strict";
import { newApplication } from "../../testing/people/applications.ts";
import { people } from "../../testing/people/people.ts";
import { inChromium } from "../../testing/traffic/chromium.ts";
import { pictures, review, views } from "../../testing/traffic/page_review.ts";
import { deviceGrant } from "../grant_types.ts";

inChromium(
  "without JavaScript a user connects a device; axe finds nothing on its pages, and nothing scrolls sideways",
  async (browser, origin, sentinel) => {
    await sentinel.settled("grace");
    const { username, password } = people.grace;
    const grant_types = [deviceGrant, "refresh_token"];
    const tv = await newApplication(sentinel, { name: "Living room", isPublic: true, redirect_uris: [], grant_types });
    for (const { name, colorScheme, width, height } of views.filter(({ isTested }) => pictures || isTested)) {
      const locale = colorScheme === "light" ? "en" : "de";
      const begun = await sentinel.fetch("/oauth/device_authorization", {
        form: { client_id: tv.id, scope: "openid profile offline_access" },
        headers: { "user-agent": "oidc-agent/4.2.6" },
      });
      const { device_code, user_code } = await begun.json();
      const viewport = { width, height };
      const options = { viewport, colorScheme, locale };
      const signIn = async (javaScriptEnabled: boolean, path: string) => {
        const context = await browser.newContext({ ...options, javaScriptEnabled });
        const page = await context.newPage();
        await page.goto(`${origin}${path}`);
        await page.fill("#username", username);
        await page.fill("#password", password);
        await page.click("button.primary");
        await page.waitForSelector("#user_code");
        return page;
      };
      const page = await signIn(true, "/device");
      const look = (what: string) => review(page, `${what}.${locale}.${name}`, []);
      await look("device");
      await page.fill("#user_code", "bcdf");
      await page.click("button.primary");
      await page.waitForSelector("[aria-invalid]");
      await look("device-wrong");
      await page.fill("#user_code", user_code.toLowerCase());
      await page.click("button.primary");
      await page.waitForSelector("button[value=allow]");
      await look("device-confirm");
      const plain = await signIn(false, `/device?user_code=${user_code}`);
      await plain.click("button.primary");
      await plain.click("button[value=allow]");
      await plain.waitForSelector("a.button[href='/account']");
      const form = { grant_type: deviceGrant, client_id: tv.id, device_code };
      assert.equal((await sentinel.fetch("/oauth/token", { form })).status, 200);
    }
  },
);
