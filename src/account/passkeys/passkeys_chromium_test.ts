import assert from "node:assert/strict";
import type { CDPSession, Page } from "playwright-core";
import type { Sentinel } from "../../testing/harness.ts";
import { inChromium } from "../../testing/traffic/chromium.ts";
import { follow, review, views } from "../../testing/traffic/page_review.ts";
import { localActor } from "../../vocabulary/actor.ts";

/** The origin for which the passkeys are: Chromium takes it to the server under test. */
const origin = "http://localhost:8000";

/** An authenticator that Chromium simulates (WebAuthn Level 3 §11.2). */
interface Device {
  transport?: "internal" | "usb";
  hasResidentKey?: boolean;
  hasUserVerification?: boolean;
  isUserVerified?: boolean;
  defaultBackupEligibility?: boolean;
  defaultBackupState?: boolean;
}

/** A key that keeps no passkeys, and has neither a PIN nor a reader of fingerprints. */
const securityKey: Device = {
  transport: "usb",
  hasResidentKey: false,
  hasUserVerification: false,
  isUserVerified: false,
};

interface VirtualCredential {
  credentialId: string;
  isResidentCredential: boolean;
  privateKey: string;
  signCount: number;
  rpId?: string;
  userHandle?: string;
}

/** A new user, and an authenticator in the browser. */
async function visitor(page: Page, sentinel: Sentinel, device: Device = {}) {
  const [username, password] = [`u${crypto.randomUUID().slice(0, 8)}`, "seven seas and one harbour"];
  const { id } = await sentinel.registrations.create({ username, password }, ["user"], localActor);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const authenticatorId = await plug(cdp, device);
  return { id, username, password, cdp, authenticatorId };
}

async function plug(cdp: CDPSession, device: Device): Promise<string> {
  const usual = {
    protocol: "ctap2" as const,
    transport: "internal" as const,
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  };
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options: { ...usual, ...device } });
  return authenticatorId;
}

async function credentialsOf(
  { cdp, authenticatorId }: { cdp: CDPSession; authenticatorId: string },
): Promise<VirtualCredential[]> {
  return (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials;
}

async function signIn(page: Page, { username, password }: { username: string; password: string }): Promise<void> {
  await page.goto(`${origin}/signin`);
  await page.fill("#username", username);
  await page.fill("#password", password);
  await page.click("button.primary");
}

/** Signs in by the password, and adds the first passkey by the pages. */
async function addPasskey(page: Page, user: { username: string; password: string }, name = "Laptop"): Promise<void> {
  await signIn(page, user);
  await page.waitForURL("**/account");
  await page.goto(`${origin}/account/factors/passkeys/add`);
  await page.fill("#name", name);
  await page.fill("#current_password", user.password);
  await page.click("button.primary");
  await page.waitForSelector("text=Create the passkey");
  await page.click("form[data-passkey] button");
  await page.waitForSelector("#codes");
}

async function signOut(page: Page): Promise<void> {
  await page.goto(`${origin}/signout`);
  await page.click("button.primary");
  await page.waitForURL("**/signin?done=signed_out");
}

const sessionsOf = async ({ db }: Sentinel, id: string) =>
  await db.query<{ aal: number; amr: string[] }>(
    "test",
    "select aal, amr from sessions where user_id = $1 and revoked_at is null",
    [id],
  );

const button = "form[data-passkey] button";

/** Keeps the virtual authenticator from choosing at once what users choose in the list of the field. */
const withoutAutofill = (page: Page) =>
  page.addInitScript("PublicKeyCredential.isConditionalMediationAvailable = async () => false");

inChromium(
  "T276 a resident passkey with the user verified signs in alone, by the button",
  async (browser, _, sentinel) => {
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on("pageerror", (error) => void faults.push(error.message));
    page.on("console", (message) => void (message.type() === "error" && faults.push(message.text())));
    await withoutAutofill(page);
    const user = await visitor(page, sentinel);
    await addPasskey(page, user);
    const [credential] = await credentialsOf(user);
    assert.deepEqual([credential!.rpId, Boolean(credential!.userHandle)], ["localhost", true]);
    await signOut(page);
    await page.goto(`${origin}/signin?next=/account/password`);
    await page.click(button);
    await page.waitForURL(`${origin}/account/password`);
    assert.deepEqual(await sessionsOf(sentinel, user.id), [{ aal: 2, amr: ["pop", "user", "mfa"] }]);
    assert.deepEqual(faults, []);
  },
);

inChromium("T276 the browser offers a resident passkey in the field for the username", async (browser, _, sentinel) => {
  const page = await browser.newPage();
  const user = await visitor(page, sentinel);
  await addPasskey(page, user);
  await signOut(page);
  await page.waitForURL("**/account");
  assert.deepEqual(await sessionsOf(sentinel, user.id), [{ aal: 2, amr: ["pop", "user", "mfa"] }]);
});

inChromium(
  "T275 a device that verifies no user is a second factor, and no sign-in alone",
  async (browser, _, sentinel) => {
    const page = await browser.newPage();
    await withoutAutofill(page);
    const user = await visitor(page, sentinel, securityKey);
    await addPasskey(page, user, "Key");
    await signOut(page);
    const [credential] = await credentialsOf(user);
    assert.equal(credential!.isResidentCredential, false);
    await page.click(button);
    await page.waitForSelector("text=No passkey was used.");
    assert.deepEqual(await sessionsOf(sentinel, user.id), []);
    await signIn(page, user);
    await page.waitForURL("**/signin/factor?**");
    await page.click(button);
    await page.waitForURL("**/account");
    assert.deepEqual(await sessionsOf(sentinel, user.id), [{ aal: 2, amr: ["pwd", "pop", "mfa"] }]);
  },
);

inChromium("T268 a user who must have a second factor creates a passkey at sign-in", async (browser, _, sentinel) => {
  const page = await browser.newPage();
  await withoutAutofill(page);
  const user = await visitor(page, sentinel);
  const role = `r${crypto.randomUUID()}`;
  await sentinel.roles.create(
    { name: role, description: "", permissions: [], parents: [], mfa_required: true },
    localActor,
  );
  await sentinel.grants.grant(user.id, role, null, () => Promise.resolve(), localActor);
  await signIn(page, user);
  await page.waitForURL("**/signin/enrol?**");
  await sentinel.db.query("test", "delete from tickets where user_id = $1", [user.id]);
  await page.click(button);
  await page.waitForURL("**/signin?**"); // the step is over
  await signIn(page, user);
  await page.waitForURL("**/signin/enrol?**");
  await page.click(button);
  await page.waitForSelector("#codes");
  assert.deepEqual(await sessionsOf(sentinel, user.id), [{ aal: 2, amr: ["pwd", "pop", "user", "mfa"] }]);
  await page.click("a.primary");
  await page.waitForURL("**/account");
});

inChromium(
  "a synced passkey is shown as one, and a device gets no second passkey of a user",
  async (browser, _, sentinel) => {
    const page = await browser.newPage();
    const user = await visitor(page, sentinel, { defaultBackupEligibility: true, defaultBackupState: true });
    await addPasskey(page, user);
    await page.goto(`${origin}/account`);
    await page.waitForSelector("text=Synced between your devices.");
    await page.goto(`${origin}/account/factors/passkeys/add`);
    await page.click(button); // proves the one that there is
    await page.waitForSelector("text=Your browser asks where to keep the passkey");
    await page.click(button);
    await page.waitForSelector("text=This device has a passkey of yours.");
    assert.equal((await credentialsOf(user)).length, 1);
  },
);

inChromium(
  "a passkey that is gone from the device, or from the server, signs nobody in",
  async (browser, _, sentinel) => {
    const page = await browser.newPage();
    await withoutAutofill(page);
    const user = await visitor(page, sentinel);
    await addPasskey(page, user);
    await signOut(page);
    const [credential] = await credentialsOf(user);
    const { authenticatorId } = user;
    await user.cdp.send("WebAuthn.removeCredential", { authenticatorId, credentialId: credential!.credentialId });
    await page.click(button);
    await page.waitForSelector("text=No passkey was used.");
    await user.cdp.send("WebAuthn.addCredential", { authenticatorId, credential: credential! });
    await sentinel.db.query("test", "delete from passkeys where user_id = $1", [user.id]);
    await page.click(button);
    await page.waitForSelector("text=This passkey does not sign you in.");
    assert.deepEqual(await sessionsOf(sentinel, user.id), []);
  },
);

inChromium(
  "T277 a counter that goes backwards is recorded, and the passkey still signs in",
  async (browser, _, sentinel) => {
    const page = await browser.newPage();
    await withoutAutofill(page);
    const user = await visitor(page, sentinel);
    await addPasskey(page, user);
    const signInAnew = async () => {
      await signOut(page);
      await page.click(button);
      await page.waitForURL("**/account");
    };
    await signInAnew();
    const regressions = () =>
      sentinel.db.query("test", "select from audit_events where action = 'passkey.counter_regressed'");
    assert.equal((await regressions()).length, 0);
    const [credential] = await credentialsOf(user);
    assert.ok(credential!.signCount > 1);
    const { authenticatorId } = user;
    await user.cdp.send("WebAuthn.removeCredential", { authenticatorId, credentialId: credential!.credentialId });
    await user.cdp.send("WebAuthn.addCredential", { authenticatorId, credential: { ...credential!, signCount: 0 } });
    await signInAnew();
    assert.equal((await regressions()).length, 1);
  },
);

inChromium("axe finds nothing on the pages of passkeys", async (browser, _, sentinel) => {
  for (const { name, colorScheme, width, height } of views.filter(({ isTested }) => isTested)) {
    const locale = colorScheme === "light" ? "en" : "de";
    const context = await browser.newContext({ viewport: { width, height }, colorScheme, locale });
    const page = await context.newPage();
    await withoutAutofill(page);
    const look = (what: string) => review(page, `passkeys-${what}.${locale}.${name}`, []);
    const user = await visitor(page, sentinel);
    await signIn(page, user);
    await page.waitForURL("**/account");
    await page.goto(`${origin}/account/factors/passkeys/add`);
    await page.fill("#name", "Laptop");
    await page.fill("#current_password", user.password);
    await page.click("button.primary");
    await page.waitForSelector(button);
    await look("create");
    await page.click(button);
    await page.waitForSelector("#codes");
    await look("codes");
    await page.goto(`${origin}/account`);
    await look("account");
    await follow(page, "a[href*='/rename']");
    await look("rename");
    await page.goto(`${origin}/account/factors`);
    await follow(page, "a[href*='/remove']");
    await look("remove");
    await signOut(page);
    const [credential] = await credentialsOf(user);
    const { authenticatorId } = user;
    await user.cdp.send("WebAuthn.removeCredential", { authenticatorId, credentialId: credential!.credentialId });
    await page.click(button);
    await page.waitForSelector(".bad");
    await look("refused");
    await signIn(page, user);
    await page.waitForURL("**/signin/factor?**");
    await look("factor");
    await context.close();
  }
});
