import assert from "node:assert/strict";
import { createAuthenticator } from "../src/testing/factors/authenticator.ts";
import { totpCode } from "../src/testing/factors/factors.ts";
import { encodedForm, type Init } from "../src/testing/harness.ts";
import { partOf, type SmtpServer } from "../src/testing/mail/smtp_server.ts";
import { answerIn, askAs, authorizeQuery, codeVerifier } from "../src/testing/people/applications.ts";
import { openBrowser } from "../src/testing/people/browser.ts";
import { newDpopKey, proofOf } from "../src/testing/people/dpop.ts";
import { asserted, assertionOf, newKeyPair } from "../src/testing/people/key_clients.ts";
import { type ServeProcess, until } from "../src/testing/servers/process.ts";

/** An administrator of the installation. */
export type Admin = { username: string; password: string };

/** A server of an application, which has its keys and takes logout tokens. */
export type ApplicationServer = { origin: string; jwks: object };

type Given = { serve: ServeProcess; admin: Admin; smtp: SmtpServer; application: ApplicationServer };
type Client = { id: string; secret: string; isPublic: boolean };

const password = "seven seas and one harbour";
const newPassword = "nine lives and one lighthouse";
const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code";

/**
 * What users, applications and programs do on a good day, once each, so that every feature has something to show. Each
 * answer is the one that the caller wants.
 */
export async function createTraffic({ serve, admin, smtp, application }: Given) {
  const site = { fetch: sender(serve) };
  const origin = `http://localhost:${serve.port}`;
  const { access_token } = await json("/login", { json: { username: admin.username, password: admin.password } });
  const asAdmin = { authorization: `Bearer ${access_token}` };
  return { users, applications, devices, programs, factors, mail };

  /** Sends a request that must succeed. */
  async function json(path: string, init: Init = {}) {
    const response = await site.fetch(path, init);
    const text = await response.text();
    assert.ok(response.status < 300, `${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  async function newClient(more: object): Promise<Client> {
    const { id, client_secret: secret = "" } = await json("/clients", {
      json: { name: "Ledger", ...more },
      headers: asAdmin,
    });
    return { id, secret, isPublic: secret === "" };
  }

  /** What the application is answered, which must be what it asks for. */
  async function ask(...given: Parameters<typeof askAs> extends [unknown, ...infer Rest] ? Rest : never) {
    const response = await askAs(site, ...given);
    const text = await response.text();
    assert.ok(response.status < 300, `${JSON.stringify(given[1])}: ${response.status} ${text}`);
    return JSON.parse(text);
  }

  /** A user who signs up on the page, and is signed in then. */
  async function newUser() {
    const username = `u${crypto.randomUUID()}`;
    const email = `${username}@example.com`;
    const browser = openBrowser(site);
    const { status } = await browser.submit(await browser.open("/signup"), "/signup", { username, email, password });
    assert.equal(status, 200);
    return { username, email, browser };
  }

  async function signIn(username: string, secret = password) {
    const browser = openBrowser(site);
    return {
      browser,
      shown: await browser.submit(await browser.open("/signin"), "/signin", { username, password: secret }),
    };
  }

  /** The path of the link in the newest mail to the address, once it is there. */
  async function linkTo(address: string, path: string): Promise<string> {
    const find = () =>
      smtp.mails.filter(({ to }) => to.includes(address)).map((mail) => partOf(mail, "text/plain"))
        .findLast((text) => text.includes(`${path}?ticket=`));
    await until(`a mail to ${address} leads to ${path}`, () => find() !== undefined);
    return new RegExp(`${path}\\?ticket=[\\w-]+`).exec(find()!)![0];
  }

  /** A sign-up, a mistyped password, a step-up, a change of the password, decisions and refreshes. */
  async function users() {
    const { username } = await newUser();
    assert.equal((await signIn(username, "a mistyped password")).shown.status, 403);
    await signIn(username);
    const session = await json("/login", { json: { username, password } });
    const headers = { authorization: `Bearer ${session.access_token}` };
    const { access_token, refresh_token } = await json("/users/me/step-up", {
      json: { current_password: password },
      headers,
    });
    const steppedUp = { authorization: `Bearer ${access_token}` };
    const change = { current_password: password, new_password: newPassword };
    await json("/oauth/token", { form: { grant_type: "refresh_token", refresh_token } });
    await json("/users/me/password", { method: "PUT", json: change, headers: steppedUp });
    const me = await json("/users/me", { headers: asAdmin });
    const decision = {
      subject: { type: "user", id: me.id },
      action: { name: "users:read" },
      resource: { type: "api", id: "1" },
    };
    await json("/access/v1/evaluation", { json: decision, headers: asAdmin });
  }

  /** A confirmed address, a reset password, and an address that the mail server does not know. */
  async function mail() {
    const { username, email, browser } = await newUser();
    await browser.submit(await browser.open("/verify"), "/verify/mail", { email });
    await browser.submit(await browser.open(await linkTo(email, "/verify")), "/verify", { code: "" });
    await browser.submit(await browser.open("/reset"), "/reset", { email });
    const form = await browser.open(await linkTo(email, "/reset"));
    await browser.submit(form, "/reset/new", { new_password: newPassword });
    assert.equal((await signIn(username, newPassword)).shown.path, "/account");
  }

  /** A sign-in with an app, one that must set it up, and one with a passkey. */
  async function factors() {
    const { username } = await newUser();
    const { id } = await json(`/users?username=${username}`, { headers: asAdmin }).then(({ items }) => items[0]);
    const role = `guarded-${username}`;
    await json("/roles", { json: { name: role, mfa_required: true }, headers: asAdmin });
    await json(`/users/${id}/roles/${role}`, { method: "PUT", headers: asAdmin });
    const { browser, shown } = await signIn(username);
    const setUp = await browser.submit(shown, "/signin/enrol");
    const secret = /<code>([A-Z2-7 ]{39})<\/code>/.exec(setUp.html)![1]!.replaceAll(" ", "");
    const code = (steps: number) => totpCode(secret, Math.floor(Date.now() / 30_000) + steps);
    assert.equal((await browser.submit(setUp, "/signin/enrol/confirm", { code: code(0) })).status, 200);
    const second = await signIn(username);
    const wrong = await second.browser.submit(second.shown, "/signin/factor", { code: "000000" });
    assert.equal((await second.browser.submit(wrong, "/signin/factor", { code: code(1) })).path, "/account");
    await passkey();
  }

  async function passkey() {
    const { username } = await newUser();
    const { access_token } = await json("/login", { json: { username, password } });
    const headers = { authorization: `Bearer ${access_token}` };
    const authenticator = createAuthenticator({ origin });
    const asked = await json("/users/me/passkeys/options", { json: { current_password: password }, headers });
    const created = { challenge_id: asked.challenge_id, attestation: authenticator.create(asked.publicKey) };
    await json("/users/me/passkeys", { json: created, headers });
    const { challenge_id, publicKey } = await json("/login/passkey/options", { method: "POST" });
    await json("/login/passkey", { json: { challenge_id, assertion: authenticator.get(publicKey) } });
  }

  /**
   * Users who sign in to an application and out again; it pushes its second request, and describes itself at the third.
   */
  async function applications() {
    const redirectUri = `${application.origin}/callback`;
    const client = await newClient({
      grant_types: ["authorization_code", "refresh_token"],
      redirect_uris: [redirectUri],
      scopes: ["openid", "profile"],
      backchannel_logout_uri: `${application.origin}/logout`,
    });
    const { browser } = await newUser();
    const query = authorizeQuery({ id: client.id, redirectUri }, { scope: "openid profile" });
    const asked = await browser.open(`/oauth/authorize?${query}`);
    const allowed = await browser.submit(asked, "/consent", { decision: "allow" });
    const exchange = { grant_type: "authorization_code", redirect_uri: redirectUri, code_verifier: codeVerifier };
    const code = answerIn(allowed.path).code!;
    const tokens = await ask(client, { ...exchange, code });
    await ask(client, { grant_type: "refresh_token", refresh_token: tokens.refresh_token });
    const { request_uri } = await ask(client, Object.fromEntries(query), "/oauth/par");
    await browser.open(`/oauth/authorize?${new URLSearchParams({ client_id: client.id, request_uri })}`);
    await browser.open(`/oauth/authorize?${authorizeQuery({ id: "https://nowhere.invalid/app", redirectUri })}`);
    await openBrowser(site).open(`/oauth/authorize?${query}`);
    await browser.submit(await browser.open("/signout"), "/signout");
    const registration = { client_name: "Notes", redirect_uris: [redirectUri], token_endpoint_auth_method: "none" };
    await json("/oauth/register", { json: registration });
  }

  async function devices() {
    const { browser } = await newUser();
    const tv = await newClient({
      name: "TV",
      token_endpoint_auth_method: "none",
      grant_types: [deviceGrant, "refresh_token"],
      scopes: ["openid"],
    });
    const { device_code, user_code } = await ask(tv, { scope: "openid" }, "/oauth/device_authorization");
    const asked = await browser.submit(await browser.open("/device"), "/device", { user_code });
    await browser.submit(asked, "/device/decision", { decision: "allow" });
    await ask(tv, { grant_type: deviceGrant, device_code });
  }

  /** Programs with API keys, secrets, keys of their own and bound tokens, and a verifier that asks what was revoked. */
  async function programs() {
    const { key } = await json("/users/me/api-keys", {
      json: { name: "backup", scopes: [] },
      headers: asAdmin,
    });
    await json("/users/me", { headers: { authorization: `Bearer ${key}` } });
    const grant = { grant_type: "client_credentials" };
    const client = await newClient({ name: "nightly" });
    const dpop = await proofOf(await newDpopKey(), { claims: { htu: `${origin}/oauth/token` } });
    const authorization = `Basic ${btoa(`${client.id}:${client.secret}`)}`;
    await json("/oauth/token", { form: grant, headers: { authorization, dpop } });
    const pair = await newKeyPair();
    Object.assign(application.jwks, { keys: [pair.jwk] });
    const settlement = await newClient({
      name: "settlement",
      token_endpoint_auth_method: "private_key_jwt",
      jwks_uri: `${application.origin}/jwks`,
    });
    const assertion = await assertionOf({ ...pair, id: settlement.id }, { aud: origin });
    await json("/oauth/token", { form: asserted(assertion, grant) });
    await json("/revocations", { headers: asAdmin });
  }
}

/** Sends what a browser or a program would. */
function sender(serve: ServeProcess) {
  return (path: string, { json, form, headers, ...init }: Init = {}): Promise<Response> => {
    const body = json !== undefined ? JSON.stringify(json) : form ? encodedForm(form) : init.body;
    return serve.fetch(path, {
      ...init,
      method: init.method ?? (body === undefined ? "GET" : "POST"),
      headers: {
        ...Object.fromEntries(new Headers(headers)),
        ...(json !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body }),
    });
  };
}
