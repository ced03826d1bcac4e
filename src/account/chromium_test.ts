import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { Sentinel } from "../testing/harness.ts";
import { newClient } from "../testing/people/clients.ts";
import { totpCode } from "../testing/factors/factors.ts";
import { mailTo } from "../testing/mail/mailbox.ts";
import { inChromium } from "../testing/traffic/chromium.ts";
import { follow, pictures, review, views } from "../testing/traffic/page_review.ts";
import { localActor } from "../vocabulary/actor.ts";

const password = "seven seas and one harbour";

/** The newest link of this letter to the address, on this server. */
async function linkTo(sentinel: Sentinel, origin: string, address: string, letter: string): Promise<string> {
  return origin + (await mailTo(sentinel, address, letter)).link!.slice("http://localhost:8000".length);
}

/** Invites the address, and returns the link of the mail. */
async function invite(sentinel: Sentinel, origin: string, email: string): Promise<string> {
  assert.equal((await sentinel.fetch("/invitations", { json: { email, roles: [] } }, "ada")).status, 201);
  return await linkTo(sentinel, origin, email, "invitation");
}

/** Signs a new user up, and returns the username. */
async function signUp(page: Page, origin: string): Promise<string> {
  const username = `u${crypto.randomUUID().slice(0, 8)}`;
  await page.goto(`${origin}/`);
  await page.click("a.primary");
  await page.click("text=Create an account");
  await page.fill("#username", username);
  await page.fill("#email", `${username}@example.com`);
  await page.fill("#password", password);
  await page.click("button.primary");
  await page.waitForURL("**/account");
  return username;
}

inChromium(
  "without JavaScript a user signs up, signs in and out, changes the password and deletes the account",
  async (browser, origin) => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    const username = await signUp(page, origin);
    assert.match(await page.content(), new RegExp(`Signed in as ${username}`));
    await page.click("text=Change password");
    await page.fill("#current_password", password);
    await page.fill("#new_password", `${password} 2`);
    await page.click("button.primary");
    await page.waitForURL("**/account?done=password_changed");
    await page.click("text=Sign out");
    await page.waitForURL("**/signin?done=signed_out");
    await page.fill("#username", username);
    await page.fill("#password", "wrong");
    await page.click("button.primary");
    await page.waitForSelector("text=Wrong username or password.");
    await page.fill("#password", `${password} 2`);
    await page.click("button.primary");
    await page.waitForURL("**/account");
    await page.click("text=Delete your account…");
    await page.fill("#current_password", `${password} 2`);
    await page.click("button.danger");
    await page.waitForURL(`${origin}/`);
  },
);

inChromium(
  "T288 without JavaScript a user sets a forgotten password, confirms and changes the address",
  async (browser, origin, sentinel) => {
    const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    const username = await signUp(page, origin);
    const email = `${username}@example.com`;
    const linked = (address: string, letter: string) => linkTo(sentinel, origin, address, letter);
    await page.goto(`${origin}/verify`);
    await page.fill("#email", email);
    await page.click("button.primary");
    await page.waitForURL("**/verify");
    await page.goto(await linked(email, "email_verification"));
    await page.click("button.primary");
    await page.waitForURL("**/account"); // who is signed in is led on
    await page.waitForSelector("text=confirmed");
    await page.click("text=Change e-mail");
    await page.fill("#email", `new-${email}`);
    await page.fill("#current_password", password);
    await page.click("button.primary");
    await page.waitForURL("**/email-change");
    await page.goto(await linked(`new-${email}`, "email_change_new"));
    assert.equal(page.url(), `${origin}/email-change`, "the ticket has left the address");
    await page.click("button.primary");
    await page.waitForSelector("text=One mailbox still has to confirm");
    await page.goto(await linked(email, "email_change_old"));
    await page.click("button.primary");
    await page.waitForSelector("text=Address changed");
    await page.goto(`${origin}/signout`);
    await page.click("button.primary");
    await page.waitForURL("**/signin?done=signed_out");
    await page.click("text=Forgot your password?");
    await page.fill("#email", `new-${email}`);
    await page.click("button.primary");
    await page.waitForSelector("text=Look into your mailbox");
    await page.goto(await linked(`new-${email}`, "password_reset"));
    await page.fill("#new_password", `${password} 3`);
    await page.click("button.primary");
    await page.waitForURL("**/signin?done=password_set");
    await page.fill("#username", username);
    await page.fill("#password", `${password} 3`);
    await page.click("button.primary");
    await page.waitForURL("**/account");
  },
);

inChromium("T288 without JavaScript a user accepts an invitation", async (browser, origin, sentinel) => {
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  const email = `i${crypto.randomUUID().slice(0, 8)}@example.com`;
  await page.goto(await invite(sentinel, origin, email));
  assert.equal(page.url(), `${origin}/invite`, "the ticket has left the address");
  await page.fill("#password", password);
  await page.click("button.primary");
  await page.waitForURL("**/account");
  assert.match(await page.content(), new RegExp(`Signed in as ${email}`));
});

inChromium("the keyboard reaches every control of the sign-in in reading order", async (browser, origin) => {
  const page = await browser.newPage();
  await page.goto(`${origin}/signin`);
  const reached = [];
  for (let i = 0; i < 8; i++) {
    await page.keyboard.press("Tab");
    reached.push(await page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"));
  }
  assert.deepEqual(reached, [
    "Sentinel",
    "username",
    "password",
    "Forgot your password?",
    "Sign in",
    "Use a passkey",
    "Create an account",
    "About this server",
  ]);
});

/** Pages of users who are signed in. */
const paths = [
  "/account",
  "/account?done=others_ended",
  "/account/password",
  "/account/delete",
  "/account/username",
  "/account/email",
  "/account/keys/add",
  "/account/factors/passkeys/add",
  "/signin/lost",
  "/signout",
  "/signin?again=1",
];

inChromium(
  "axe finds nothing on any page, nothing scrolls sideways, and no policy is violated",
  async (browser, origin, sentinel) => {
    for (const { name, colorScheme, width, height } of views.filter(({ isTested }) => pictures || isTested)) {
      for (const locale of pictures ? ["en", "de"] : [colorScheme === "light" ? "en" : "de"]) {
        const context = await browser.newContext({ viewport: { width, height }, colorScheme, locale });
        const page = await context.newPage();
        const violations: string[] = [];
        page.on("console", (message) => void (message.type() === "error" && violations.push(message.text())));
        const look = (what: string) => review(page, `${what}.${locale}.${name}`, violations);
        for (const path of ["/", "/problems", "/problems/invalid_token", "/signin", "/signup", "/reset", "/verify"]) {
          await page.goto(origin + path);
          await look(path.slice(1).replaceAll("/", "-") || "home");
        }
        await page.goto(`${origin}/signin`);
        await page.fill("#username", "nobody");
        await page.fill("#password", "wrong");
        await page.click("button.primary");
        await page.waitForSelector("[aria-invalid]");
        violations.length = 0; // Chromium logs the status 403
        await look("signin-refused");
        const username = `u${crypto.randomUUID().slice(0, 8)}`;
        const email = `${username}@example.com`;
        await page.goto(`${origin}/signup`);
        await page.fill("#username", username);
        await page.fill("#email", email);
        await page.fill("#password", "short");
        await page.click("button.primary");
        await page.waitForSelector("[aria-invalid]");
        violations.length = 0;
        await look("signup-refused");
        await page.fill("#password", password);
        await page.click("button.primary");
        await page.waitForURL("**/account");
        await page.waitForSelector("#sessions");
        const application = `/account/applications/remove?client_id=${await allowApplication(sentinel, username)}`;
        for (const path of [...paths, application]) {
          await page.goto(origin + path);
          await look(path.slice(1).replaceAll(/[/?=]/g, "-"));
        }
        await lookAtKeys(page, look, origin);
        await lookAtFactors(page, look, origin);
        await removeFactors(sentinel, username);
        await lookAtMailPages(page, look, { sentinel, origin, email });
        await page.goto(`${origin}/nowhere`);
        violations.length = 0;
        await look("nowhere");
        await lookAtLogout(page, look, { sentinel, origin });
        await context.close();
      }
    }
  },
);

/** Without a second factor the password is a whole sign-in again. */
async function removeFactors({ db, factors }: Sentinel, username: string): Promise<void> {
  const [user] = await db.query<{ id: string }>("test", "select id from users where username = $1", [username]);
  await db.transaction((tx) => factors.removeAllIn(tx, user!.id));
}

/** Creates an API key, and looks at the pages on the way. */
async function lookAtKeys(page: Page, look: (what: string) => Promise<void>, origin: string): Promise<void> {
  await page.goto(`${origin}/account/keys/add`);
  await page.fill("#name", "prometheus");
  await page.click("button.primary");
  await page.waitForSelector("#key");
  await look("keys-issued");
  await follow(page, "a.primary");
  await look("keys-one");
  await follow(page, "#keys td a");
  await look("keys-revoke");
}

/** Sets up an authenticator app, and looks at the pages on the way. */
async function lookAtFactors(page: Page, look: (what: string) => Promise<void>, origin: string): Promise<void> {
  await page.goto(`${origin}/account/factors`);
  await look("factors-none");
  await page.goto(`${origin}/account/factors/add`);
  await look("factors-add");
  await page.fill("#current_password", password);
  await page.click("button.primary");
  await page.waitForSelector("svg[role=img]");
  await look("factors-setup");
  const secret = (await page.locator("code").first().innerText()).replaceAll(/\s/g, "");
  await page.fill("#code", totpCode(secret, Math.floor(Date.now() / 30_000)));
  await page.click("button.primary");
  await page.waitForSelector("li code");
  await look("factors-codes");
  await follow(page, "a.primary");
  await look("factors-one");
  await follow(page, "main li a[href*='/remove?']");
  await look("factors-remove");
  await page.goto(`${origin}/account/factors/codes`);
  await look("factors-renew");
}

/** Lets an application have access to the account of this user; answers its id. */
async function allowApplication(sentinel: Sentinel, username: string): Promise<string> {
  const { id: clientId } = await newClient(sentinel, {
    name: "Ledger",
    redirect_uris: ["https://ledger.example.com/"],
  });
  const [user] = await sentinel.db.query<{ id: string }>("test", "select id from users where username = $1", [
    username,
  ]);
  const consent = { userId: user!.id, clientId, scopes: ["email", "openid"], resources: [] };
  await sentinel.db.transaction((tx) => sentinel.consents.rememberIn(tx, consent, localActor));
  return clientId;
}

/** Looks at the pages behind the links of mails to a user with this address, who is signed in. */
async function lookAtMailPages(
  page: Page,
  look: (what: string) => Promise<void>,
  { sentinel, origin, email }: { sentinel: Sentinel; origin: string; email: string },
): Promise<void> {
  await page.goto(`${origin}/account/email`);
  await page.fill("#email", `new-${email}`);
  await page.fill("#current_password", password);
  await page.click("button.primary");
  await page.waitForURL("**/email-change");
  await look("email-change");
  await page.goto(`${origin}/reset`);
  await page.fill("#email", email);
  await page.click("button.primary");
  await page.waitForSelector("text=@example.com");
  await look("reset-sent");
  await page.goto(await linkTo(sentinel, origin, email, "password_reset"));
  await look("reset-new");
  await page.goto(await invite(sentinel, origin, `guest-${email}`));
  await look("invite");
}

/**
 * Looks at the question of an application, and at the pages of one whose address is not registered or opens a program.
 */
async function lookAtLogout(
  page: Page,
  look: (what: string) => Promise<void>,
  { sentinel, origin }: { sentinel: Sentinel; origin: string },
): Promise<void> {
  const { id: client_id } = await newClient(sentinel, {
    name: "Ledger of the Northern Harbour Authority",
    own_api: false,
    application_type: "native",
    token_endpoint_auth_method: "none",
    redirect_uris: ["com.example.ledger:/in"],
    post_logout_redirect_uris: ["com.example.ledger:/out"],
  });
  for (const post_logout_redirect_uri of ["https://unknown.example.com", "com.example.ledger:/out"]) {
    await page.goto(`${origin}/oauth/end_session?${new URLSearchParams({ client_id, post_logout_redirect_uri })}`);
    await look(`logout-${post_logout_redirect_uri.slice(0, 3)}`);
  }
  await page.click("button.primary");
  await page.waitForSelector("text=Northern Harbour");
  await look("logged-out");
}
