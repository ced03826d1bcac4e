/** The operations of applications, keys, devices and browsers that `scale.ts` measures. */
import { createHash } from "node:crypto";
import { createSignInChallenges } from "../src/credentials/passkeys/sign_in_challenges.ts";
import { systemClock } from "../src/platform/clock.ts";
import { type Authenticator, createAuthenticator } from "../src/testing/factors/authenticator.ts";
import { createSecrets } from "../src/vocabulary/secrets.ts";
import {
  type Application,
  basic,
  create,
  createApi,
  insertBrowsers,
  insertClients,
  insertKeys,
} from "./credentials.ts";
import { secret } from "./rig.ts";
import type { Operation, Site } from "./scale_operations.ts";

/** What a site has for these operations; each is prepared once. */
type Kit = {
  keys: string[];
  clients: Application[];
  application: Application;
  api: Application;
  apiToken: string;
  cookie: string;
  refreshTokens: string[];
  device: Application;
  deviceCode: string;
  passkey: Authenticator;
};

/** Keys and clients that were not used yet; more than both passes need. */
const unused = 2_000;
const redirectUri = "https://ledger.example.com/callback";
const verifier = "a".repeat(43);
const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code";
const kits = new WeakMap<Site, Kit>();

export const applicationOperations: Operation[] = [
  {
    name: "API key seen for the first time",
    share: 1,
    ready: prepare,
    time: (site) => byKey(site, next("keys", site)),
  },
  { name: "API key in memory", share: 1, time: (site) => byKey(site, kit(site).keys[0]!) },
  { name: "token for a client, seen for the first time", share: 1, time: (site) => grant(site, next("clients", site)) },
  { name: "token for a client in memory", share: 1, time: (site) => grant(site, kit(site).clients[0]!) },
  { name: "introspection by a client", share: 1, time: introspect },
  { name: "sign-in in an application, by cookie: the code and its tokens", share: 1, time: codeFlow },
  { name: "refresh by an application", share: 1, time: refresh },
  { name: "sign-in page", share: 0.5, time: (site) => get(site, "/signin") },
  { name: "poll of a device", share: 1, time: poll },
  { name: "login with a passkey", share: 0.5, time: passkeyLogin },
  { name: "list of clients, first page", share: 0.5, time: (site) => asAdmin(site, "/clients?page_size=50") },
  {
    name: "list of service accounts, first page",
    share: 0.5,
    time: (site) => asAdmin(site, "/service-accounts?page_size=50"),
  },
  { name: "list of one's API keys", share: 0.5, time: (site) => asAdmin(site, "/users/me/api-keys?page_size=50") },
  { name: "revocations, the last minute's", share: 0.5, time: (site) => asAdmin(site, "/revocations") },
];

function kit(site: Site): Kit {
  return kits.get(site)!;
}

/** The last of those that are left, but for the first, which is the one in memory. */
function next<K extends "keys" | "clients">(what: K, site: Site): Kit[K][number] {
  const left = kit(site)[what];
  if (left.length < 2) throw new Error(`more samples than ${what}`);
  return left.pop()!;
}

async function prepare(site: Site): Promise<void> {
  if (kits.has(site)) return;
  const { schema, server: { origin }, admin: { token, id } } = site;
  const own = (body: object) => create(origin, token, "/clients", body);
  const api = await createApi(origin, token);
  const prepared = {
    keys: await insertKeys(schema, id, unused),
    clients: await insertClients(schema, unused),
    api,
    application: await own({
      name: "Ledger",
      grant_types: ["authorization_code", "refresh_token"],
      redirect_uris: [redirectUri],
      scopes: ["openid", "profile"],
      first_party: true,
      id_token_signed_response_alg: "ES256",
    }),
    cookie: (await insertBrowsers(schema, 1))[0]!,
    refreshTokens: [],
    device: await own({ name: "a television", grant_types: [deviceGrant], scopes: ["openid"] }),
    passkey: await newPasskey(site),
  };
  const { access_token } = await sendForm(site, "/oauth/token", api, { grant_type: "client_credentials" });
  const { device_code } = await sendForm(site, "/oauth/device_authorization", prepared.device, { scope: "openid" });
  kits.set(site, { ...prepared, apiToken: access_token!, deviceCode: device_code! });
}

async function byKey({ ask }: Site, key: string): Promise<number> {
  return (await ask({ path: "/users/me", headers: { "x-api-key": key } })).ms;
}

async function grant({ ask }: Site, client: Application): Promise<number> {
  const form = { grant_type: "client_credentials" };
  return (await ask({ path: "/oauth/token", form, headers: { authorization: basic(client) } })).ms;
}

async function introspect(site: Site): Promise<number> {
  const headers = { authorization: basic(kit(site).api) };
  const { body, ms } = await site.ask({ path: "/oauth/introspect", form: { token: kit(site).apiToken }, headers });
  if (!body.startsWith('{"active":true')) throw new Error(body);
  return ms;
}

async function codeFlow(site: Site): Promise<number> {
  const { application, cookie, refreshTokens } = kit(site);
  const code_challenge = createHash("sha256").update(verifier).digest("base64url");
  const asked = new URLSearchParams({
    ...{ response_type: "code", client_id: application.id, redirect_uri: redirectUri, scope: "openid profile" },
    ...{ state: "state", nonce: "nonce", code_challenge, code_challenge_method: "S256" },
  });
  const authorized = await site.ask({ path: `/oauth/authorize?${asked}`, headers: { cookie } });
  const code = /^location: \S*[?&]code=([\w-]+)/im.exec(authorized.head)![1]!;
  const form = { grant_type: "authorization_code", redirect_uri: redirectUri, code_verifier: verifier, code };
  const exchanged = await site.ask({ path: "/oauth/token", form, headers: { authorization: basic(application) } });
  refreshTokens.push(JSON.parse(exchanged.body).refresh_token);
  return authorized.ms + exchanged.ms;
}

/** The session of the last sign-in: earlier ones end, as an application has at most ten for a sign-in. */
async function refresh(site: Site): Promise<number> {
  const { application, refreshTokens } = kit(site);
  const form = { grant_type: "refresh_token", refresh_token: refreshTokens.pop()! };
  const { body, ms } = await site.ask({ path: "/oauth/token", form, headers: { authorization: basic(application) } });
  refreshTokens.push(JSON.parse(body).refresh_token);
  return ms;
}

async function poll(site: Site): Promise<number> {
  const { device, deviceCode } = kit(site);
  const form = { grant_type: deviceGrant, device_code: deviceCode };
  return (await site.ask({ path: "/oauth/token", form, headers: { authorization: basic(device) }, status: 400 })).ms;
}

async function newPasskey(site: Site): Promise<Authenticator> {
  const { ask, server: { origin }, admin: { token, password } } = site;
  const passkey = createAuthenticator({ origin, synced: true });
  const asked = await ask({ path: "/users/me/passkeys/options", token, json: { current_password: password } });
  const { challenge_id, publicKey } = JSON.parse(asked.body);
  await ask({ path: "/users/me/passkeys", token, json: { challenge_id, attestation: passkey.create(publicKey) } });
  return passkey;
}

async function passkeyLogin(site: Site): Promise<number> {
  const { id, challenge } = createSignInChallenges({ secrets: createSecrets(secret), clock: systemClock }).issue();
  const rpId = new URL(site.server.origin).hostname;
  const assertion = kit(site).passkey.get({ challenge, rpId });
  return (await site.ask({ path: "/login/passkey", json: { challenge_id: id, assertion } })).ms;
}

async function get({ ask }: Site, path: string): Promise<number> {
  return (await ask({ path })).ms;
}

async function asAdmin({ ask, admin: { token } }: Site, path: string): Promise<number> {
  return (await ask({ path, token })).ms;
}

async function sendForm({ ask }: Site, path: string, client: Application, form: Record<string, string>) {
  const { body } = await ask({ path, form, headers: { authorization: basic(client) } });
  return JSON.parse(body) as Record<string, string>;
}
