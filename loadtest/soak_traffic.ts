/** The traffic of `soak.ts`: everything that users, applications, keys and devices do, in an open model. */
import { createHash } from "node:crypto";
import { totpCode } from "../src/testing/factors/factors.ts";
import { openBrowser } from "../src/testing/people/browser.ts";
import { type Application, basic, create, createApi, insertKeys } from "./credentials.ts";
import type { Arrival } from "./open_load.ts";
import { logIn, newAdministrator, newPerson, type Person, type Schema } from "./rig.ts";

type Tokens = { access_token: string; refresh_token: string };
type Self = { person: Person; tokens: Tokens; loggedInAt: number };
type Browser = ReturnType<typeof openBrowser>;

/** A user with an app, whose codes count once each. */
type TwoStepUser = { username: string; password: string; secret: string; usedStep: number };

const redirectUri = "https://ledger.example.com/callback";
const verifier = "a".repeat(43);
const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code";
const sessions = 60, twoStepUsers = 40;
/** Before their access token expires, clients refresh. */
const staleMs = 5 * 60_000;

/** Everything there is. `loggedOut` counts what the applications are told of sessions that ended. */
export async function createTraffic(origin: string, schema: Schema, receiver: string): Promise<Arrival[]> {
  const admin = await newAdministrator(schema, origin);
  const selves = await Promise.all(Array.from({ length: sessions }, () => newSelf(origin)));
  const pairs: TwoStepUser[] = [];
  for (let n = 0; n < twoStepUsers; n++) pairs.push(await newTwoStepUser(origin));
  const applications = await newApplications(origin, admin, receiver);
  const [key] = await insertKeys(schema, admin.id, 1);
  const site = { origin, admin, selves, pairs, browsers: [] as Browser[], ...applications };
  const headers = { "x-api-key": key! };
  return [
    { name: "GET /users/me", share: 300, run: () => withSelf(site.selves, origin, (self) => me(origin, bearer(self))) },
    { name: "decision", share: 250, run: () => withSelf(selves, origin, (self) => decide(origin, self)) },
    { name: "GET /users/me with an API key", share: 60, run: () => me(origin, headers) },
    { name: "refresh", share: 150, run: () => withSelf(selves, origin, (self) => refresh(origin, self)) },
    { name: "login", share: 10, run: () => logIn(origin, selves[0]!.person).then(() => {}) },
    { name: "client credentials", share: 60, run: () => clientToken(site).then(() => {}) },
    { name: "introspection by a client", share: 60, run: () => introspect(site) },
    { name: "sign-in page, password and app", share: 8, run: () => signIn(site) },
    {
      name: "sign-in in an application",
      share: 30,
      run: () => withBrowser(site, (browser) => codeFlow(site, browser)),
    },
    { name: "sign-out, which applications are told", share: 4, run: () => signOut(site) },
    { name: "device: begin and poll", share: 20, run: () => poll(site) },
    { name: "registration of a client", share: 4, run: () => register(origin) },
    { name: "password reset, by mail", share: 4, run: () => reset(site) },
    { name: "revocations", share: 10, run: () => revocations(site) },
  ];
}

type Site = Awaited<ReturnType<typeof newApplications>> & {
  origin: string;
  admin: Person;
  selves: Self[];
  pairs: TwoStepUser[];
  browsers: Browser[];
};

async function newApplications(origin: string, { token }: Person, receiver: string) {
  const own = (body: object) => create(origin, token, "/clients", body);
  return {
    api: await createApi(origin, token),
    device: await own({ name: "a television", grant_types: [deviceGrant], scopes: ["openid"] }),
    application: await own({
      name: "Ledger",
      grant_types: ["authorization_code", "refresh_token"],
      redirect_uris: [redirectUri],
      scopes: ["openid", "profile"],
      first_party: true,
      backchannel_logout_uri: receiver,
    }),
  };
}

async function newSelf(origin: string): Promise<Self> {
  const person = await newPerson(origin);
  const tokens = { access_token: person.token, refresh_token: person.refreshToken };
  return { person, tokens, loggedInAt: Date.now() };
}

async function newTwoStepUser(origin: string): Promise<TwoStepUser> {
  const { username, password, token } = await newPerson(origin);
  const enrolled = await json(origin, "/users/me/factors/totp", { current_password: password }, bearerOf(token));
  const usedStep = step();
  const { id, secret } = enrolled as { id: string; secret: string };
  const confirm = `/users/me/factors/totp/${id}/confirm`;
  await json(origin, confirm, { code: totpCode(secret, usedStep) }, bearerOf(token));
  return { username, password, secret, usedStep };
}

const step = () => Math.floor(Date.now() / 30_000);

/** A client of a session that no other arrival uses meanwhile; it refreshes in time. */
async function withSelf(selves: Self[], origin: string, run: (self: Self) => Promise<void>): Promise<void> {
  const self = selves.shift();
  if (!self) throw new Error("every session is in use");
  try {
    if (Date.now() - self.loggedInAt > staleMs) await refresh(origin, self);
    await run(self);
  } finally {
    selves.push(self);
  }
}

async function me(origin: string, headers: Record<string, string>): Promise<void> {
  await expect(200, fetch(`${origin}/users/me`, { headers }));
}

async function decide(origin: string, self: Self): Promise<void> {
  const question = {
    subject: { type: "user", id: self.person.id },
    action: { name: "enter" },
    resource: { type: "admin_area", id: "1" },
  };
  await json(origin, "/access/v1/evaluation", question, bearer(self));
}

async function refresh(origin: string, self: Self): Promise<void> {
  const { refresh_token } = self.tokens;
  self.tokens = await form(origin, "/oauth/token", { grant_type: "refresh_token", refresh_token });
  self.loggedInAt = Date.now();
}

async function clientToken({ origin, api }: Site): Promise<string> {
  const grant = { grant_type: "client_credentials" };
  return (await form<Tokens>(origin, "/oauth/token", grant, api)).access_token;
}

async function introspect(site: Site): Promise<void> {
  const token = await clientToken(site);
  const { active } = await form<{ active: boolean }>(site.origin, "/oauth/introspect", { token }, site.api);
  if (!active) throw new Error("a token that was just issued is not active");
}

/** Opens the page, sends the password, and the code of the app; keeps the browser for sign-ins in applications. */
async function signIn({ origin, pairs, browsers }: Site): Promise<void> {
  const user = pairs.find(({ usedStep }) => usedStep < step());
  if (!user) throw new Error("every code was used");
  user.usedStep = step();
  const browser = openBrowser({ fetch: (path, init) => browse(origin, path, init) });
  const { username, password } = user;
  const asked = await browser.submit(await browser.open("/signin"), "/signin", { username, password });
  const shown = await browser.submit(asked, "/signin/factor", { code: totpCode(user.secret, user.usedStep) });
  if (shown.status !== 200 || !/^\/account/.test(shown.path)) throw new Error(`${shown.status} at ${shown.path}`);
  browsers.push(browser);
}

async function withBrowser(site: Site, run: (browser: Browser) => Promise<void>): Promise<void> {
  const browser = site.browsers.shift();
  if (!browser) return await signIn(site);
  await run(browser);
  site.browsers.push(browser);
}

async function codeFlow({ origin, application }: Site, browser: Browser): Promise<void> {
  const asked = new URLSearchParams({
    ...{ response_type: "code", client_id: application.id, redirect_uri: redirectUri, scope: "openid profile" },
    ...{ state: "state", nonce: "nonce", code_challenge_method: "S256" },
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
  });
  const { path, status } = await browser.open(`/oauth/authorize?${asked}`);
  const code = URL.canParse(path) ? new URL(path).searchParams.get("code") : null;
  if (!code) throw new Error(`no code: ${status} at ${path}`);
  const exchange = { grant_type: "authorization_code", redirect_uri: redirectUri, code_verifier: verifier, code };
  await form(origin, "/oauth/token", exchange, application);
}

async function signOut(site: Site): Promise<void> {
  const browser = site.browsers.shift();
  if (!browser) return await signIn(site);
  await codeFlow(site, browser);
  const { status, path } = await browser.submit(await browser.open("/signout"), "/signout");
  if (status !== 200) throw new Error(`${status} at ${path}`);
}

async function poll({ origin, device }: Site): Promise<void> {
  const begun = await form<{ device_code: string }>(origin, "/oauth/device_authorization", { scope: "openid" }, device);
  const body = new URLSearchParams({ grant_type: deviceGrant, device_code: begun.device_code });
  const answer = await expect(
    400,
    fetch(`${origin}/oauth/token`, { method: "POST", body, headers: headersOf(device) }),
  );
  if (!answer.includes("authorization_pending")) throw new Error(answer);
}

async function register(origin: string): Promise<void> {
  await json(
    origin,
    "/oauth/register",
    { client_name: "Notes", redirect_uris: ["http://127.0.0.1/callback"] },
    {},
    201,
  );
}

async function reset({ origin, selves }: Site): Promise<void> {
  await json(origin, "/password-reset", { email: selves[0]!.person.email }, {}, 202);
}

async function revocations({ origin, admin }: Site): Promise<void> {
  await expect(200, fetch(`${origin}/revocations`, { headers: bearerOf(await tokenOf(origin, admin)) }));
}

/** The administrator's token; it is replaced before it expires. */
async function tokenOf(origin: string, admin: Person): Promise<string> {
  const state = fresh.get(admin) ?? { token: admin.token, at: Date.now() };
  fresh.set(admin, state);
  if (Date.now() - state.at > staleMs) {
    state.at = Date.now();
    state.token = (await logIn(origin, admin)).token;
  }
  return state.token;
}
const fresh = new WeakMap<Person, { token: string; at: number }>();

/** A request of a browser, with the `Origin` of none: the helper of the tests sends forms as `init.form`. */
function browse(origin: string, path: string, init: Parameters<Parameters<typeof openBrowser>[0]["fetch"]>[1] = {}) {
  const { form, json: _json, ...rest } = init as RequestInit & { form?: Record<string, string>; json?: unknown };
  return fetch(origin + path, { ...rest, ...(form && { body: new URLSearchParams(form) }) });
}

async function json(
  origin: string,
  path: string,
  body: unknown,
  headers: Record<string, string>,
  status?: number,
): Promise<unknown> {
  const sent = { ...headers, "content-type": "application/json" };
  const text = await expect(
    status,
    fetch(origin + path, { method: "POST", headers: sent, body: JSON.stringify(body) }),
  );
  return text === "" ? undefined : JSON.parse(text);
}

async function form<T>(origin: string, path: string, members: Record<string, string>, by?: Application): Promise<T> {
  const body = new URLSearchParams(members);
  return JSON.parse(
    await expect(200, fetch(origin + path, { method: "POST", body, headers: by ? headersOf(by) : {} })),
  );
}

/** The text of the answer. @throws when its status is another one; without one, when it is no success. */
async function expect(status: number | undefined, answer: Promise<Response>): Promise<string> {
  const response = await answer;
  const text = await response.text();
  if (status === undefined ? !response.ok : response.status !== status) {
    throw new Error(`${response.status} ${text.slice(0, 200)}`);
  }
  return text;
}

const bearerOf = (token: string) => ({ authorization: `Bearer ${token}` });
const bearer = ({ tokens }: Self) => bearerOf(tokens.access_token);
const headersOf = (client: Application) => ({ authorization: basic(client) });
