import assert from "node:assert/strict";
import { adminRole, userRole } from "../../access/roles/permission_evaluator.ts";
import { localActor } from "../../vocabulary/actor.ts";
import type { Sentinel } from "../harness.ts";
import { newApplication, newVisitor, signedInWith } from "./applications.ts";
import { type Browser, openBrowser } from "./browser.ts";
import { newApp } from "../factors/factors.ts";
import { newPasskey } from "../factors/passkeys.ts";

/** What an attacker writes wherever text is taken. No page may contain it as it is. */
export const hostile = `"'><x-hostile>`;

/** Whether the page has let the text of an attacker become markup. */
export const isBroken = (html: string) => /<x-hostile|"'>/i.test(html.replaceAll("&quot;&#39;&gt;", ""));

/** A user of the house: the browser is signed in. */
export type Resident = { id: string; username: string; password: string; browser: Browser };

/**
 * Fills an installation with one thing of each kind, whose every name and text is of an attacker, and opens a browser
 * for an administrator, an auditor, two users and a stranger.
 */
export async function hostileHouse(sentinel: Sentinel) {
  const administrator = await resident(sentinel, adminRole);
  await callsOf(sentinel);
  const users = [await resident(sentinel), await resident(sentinel)] as const;
  await sentinel.db.query(
    "test",
    `insert into outbox (id, kind, payload, dead_at, error_class)
     values ($1, 'mail', jsonb_build_object('letter', $2::text, 'to', $2::text), now(), $2)`,
    [crypto.randomUUID(), hostile],
  );
  await sentinel.roles.create(
    {
      name: "auditor-of-tests",
      description: hostile,
      permissions: ["console:enter", "audit:read", "users:read", "roles:read", "system:read"],
      parents: [],
    },
    localActor,
  );
  const auditor = await resident(sentinel, "auditor-of-tests");
  return { administrator, auditor, users, stranger: openBrowser(sentinel) };
}

/** Creates one thing of each kind by the API. */
async function callsOf(sentinel: Sentinel): Promise<void> {
  const calls: [path: string, json: Record<string, unknown>][] = [
    ["/permissions", { name: "house:hostile", description: hostile }],
    ["/roles", { name: "hostile", description: hostile, permissions: ["house:hostile"], parents: [userRole] }],
    ["/roles", { name: "hostile-too", description: hostile, permissions: ["house:hostile"], parents: [] }],
    ["/role-exclusions", { description: hostile, roles: ["hostile", "hostile-too"], at_most: 1 }],
    ["/service-accounts", { name: "hostile", description: hostile }],
    ["/resources", { uri: "https://hostile.example.com", name: hostile, scopes: ["house:read"] }],
    ["/invitations", { email: "hostile@example.com", roles: ["hostile"] }],
  ];
  for (const [path, json] of calls) {
    const answer = await sentinel.fetch(path, { json, headers: { "user-agent": hostile } }, "ada");
    assert.ok(answer.status < 300, `${path}: ${answer.status} ${await answer.text()}`);
  }
}

/** A user with a key, an application, a factor, a passkey and two sessions, who then signs in. */
async function resident(sentinel: Sentinel, ...roles: string[]): Promise<Resident> {
  const username = `h${crypto.randomUUID()}`;
  const password = `only ${username} knows`;
  const email = `${username}@example.com`;
  const { id } = await sentinel.registrations.create({ username, email, password }, [userRole, ...roles], localActor);
  const login = await sentinel.fetch("/login", { form: { username, password }, headers: { "user-agent": hostile } });
  const headers = { authorization: `Bearer ${(await login.json()).access_token}`, "user-agent": hostile };
  const key = await sentinel.fetch("/users/me/api-keys", { json: { name: hostile, scopes: [] }, headers });
  assert.equal(key.status, 201);
  const application = await newApplication(sentinel, { name: hostile, first_party: false });
  await signedInWith(sentinel, application, await newVisitor(sentinel, { userId: id }));
  await sentinel.db.query(
    "test",
    "insert into consents (user_id, client_id, scopes, resources) values ($1, $2, '{openid}', '{}')",
    [id, application.id],
  );
  const app = await newApp(sentinel, id);
  await sentinel.db.query("test", "update totp_factors set name = $2 where id = $1", [app.id, hostile]);
  const passkey = await newPasskey(sentinel, id);
  await sentinel.db.query("test", "update passkeys set name = $2 where id = $1", [passkey.id, hostile]);
  const browser = openBrowser(sentinel, { "user-agent": hostile });
  const asked = await browser.submit(await browser.open("/signin"), "/signin", { username, password });
  await browser.submit(
    await browser.open(`${asked.path}${asked.path.includes("type=") ? "" : "&type=totp"}`),
    "/signin/factor",
    {
      code: app.code(),
    },
  );
  return { id, username, password, browser };
}
