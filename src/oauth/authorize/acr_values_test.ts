import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { startSentinel, test } from "../../testing/harness.ts";
import {
  answerIn,
  authorizePath,
  exchangeCode,
  newApplication,
  newVerifier,
} from "../../testing/people/applications.ts";
import { type Browser, openBrowser } from "../../testing/people/browser.ts";
import { newApp } from "../../testing/factors/factors.ts";
import { localActor } from "../../vocabulary/actor.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const application = await newApplication(sentinel);

/** A new user, and a browser where they have signed in by the password. */
async function signedIn() {
  const [username, password] = [`u${crypto.randomUUID()}`, `words ${crypto.randomUUID()}`];
  const { id } = await sentinel.registrations.create({ username, password }, ["user"], localActor);
  const browser = openBrowser(sentinel);
  await browser.submit(await browser.open("/signin"), "/signin", { username, password });
  return { id, username, password, browser };
}

/** `acr` of the id_token that a request with these parameters ends with. */
async function acrOf(browser: Browser, changed: Record<string, string>): Promise<unknown> {
  const { verifier, challenge } = newVerifier();
  const { path } = await browser.open(authorizePath(application, { ...changed, code_challenge: challenge }));
  return path.startsWith("/") ? path.split("?")[0] : await acrIn(path, verifier);
}

async function acrIn(path: string, verifier: string): Promise<unknown> {
  const { code, error } = answerIn(path);
  if (error) return error;
  const tokens = await (await exchangeCode(sentinel, application, { code: code!, verifier })).json();
  return decodeJwt(tokens.id_token).acr;
}

test("acr_values=aal2 leads who has a second factor to prove it, and back with acr aal2", async () => {
  const { id, username, password, browser } = await signedIn();
  const app = await newApp(sentinel, id);
  for (const acr_values of ["aal1", "aal2 aal1", "aal1 aal2", "urn:example:gold", ""]) {
    assert.equal(await acrOf(browser, { acr_values }), "aal1", acr_values);
  }
  assert.equal(await acrOf(browser, { acr_values: "aal2", prompt: "none" }), "login_required");
  const { verifier, challenge } = newVerifier();
  const asked = await browser.open(
    authorizePath(application, { acr_values: "urn:example:gold aal2", code_challenge: challenge }),
  );
  assert.match(asked.path, /^\/signin\?.*&again=1$/);
  const second = await browser.submit(asked, "/signin", { username, password });
  const { path } = await browser.submit(second, "/signin/factor", { code: app.code() });
  assert.equal(await acrIn(path, verifier), "aal2");
  for (const acr_values of ["aal2", "aal1"]) assert.equal(await acrOf(browser, { acr_values }), "aal2");
  assert.equal(await acrOf(browser, { acr_values: "aal2", prompt: "none" }), "aal2");
});

test("a second factor counts for SENTINEL_AAL2_MAX_SECONDS, and is asked for again then", async () => {
  const { id, browser } = await signedIn();
  await newApp(sentinel, id);
  const ago = async (seconds: number) => {
    const text = "update sessions set aal = 2, auth_time = now() - make_interval(secs => $2) where user_id = $1";
    await sentinel.db.query("test", text, [id, seconds]);
  };
  await ago(43_100);
  assert.equal(await acrOf(browser, { acr_values: "aal2" }), "aal2");
  await ago(43_200);
  assert.equal(await acrOf(browser, {}), "aal1", "the id_token does not claim it any more");
  assert.equal(await acrOf(browser, { acr_values: "aal2" }), "/signin");
});

test("who has no second factor is let in, and acr says so", async () => {
  const { browser } = await signedIn();
  assert.equal(await acrOf(browser, { acr_values: "aal2" }), "aal1");
});
