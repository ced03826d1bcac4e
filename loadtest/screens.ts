/**
 * Takes a picture of each screen into `docs/pictures/`: at a desk in light and in dark, and on a phone.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/screens.ts [part of a name]
 *
 * Drops and creates the schema `load`. Needs Debian's `chromium`, or the browser that `CHROMIUM` names.
 */
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { emptySchema, startSentinel } from "./rig.ts";
import { smallPng } from "./small_png.ts";

const folder = new URL("../docs/pictures/", import.meta.url);
const ada = { username: "ada", email: "ada@example.com", password: "analytical engine no 1" };
const [wanted = ""] = Deno.args;

const views = [
  { name: "light", width: 1280, height: 900, colorScheme: "light", locale: "en" },
  { name: "dark", width: 1280, height: 900, colorScheme: "dark", locale: "en" },
  { name: "phone", width: 390, height: 844, colorScheme: "light", locale: "de" },
] as const;

/** The tallest part of a page that a picture shows. */
const heightMax = 1_400;

await using schema = await emptySchema();
await using sentinel = await startSentinel(8131, {
  SENTINEL_BRAND_NAME: "Example",
  SENTINEL_ADMIN_USERNAME: ada.username,
  SENTINEL_ADMIN_EMAIL: ada.email,
  SENTINEL_ADMIN_PASSWORD: ada.password,
});
const call = await administrator();
const house = await furnish();
const screens = [
  ["start", "/start"],
  ["account", "/account"],
  ["account-factors", "/account/factors"],
  ["console-home", "/console"],
  ["console-users", "/console/users"],
  ["console-user", `/console/users/${house.hedy}?permission=invoice%3Aread`],
  ["console-user-no", `/console/users/${house.hedy}?permission=invoice%3Adelete`],
  ["console-user-permissions", `/console/users/${house.hedy}/permissions`],
  ["console-user-grant", `/console/users/${house.hedy}/grant`],
  ["console-roles", "/console/roles"],
  ["console-role", "/console/roles/clerk"],
  ["console-role-change", "/console/roles/viewer/change"],
  ["console-role-review", "/console/roles/viewer/review?remove=invoice%3Aread"],
  ["console-permissions", "/console/permissions"],
  ["console-service-accounts", "/console/service-accounts"],
  ["console-invitations", "/console/invitations"],
  ["console-clients", "/console/clients"],
  ["console-client", `/console/clients/${house.ledger}`],
  ["console-client-new", "/console/clients/new"],
  ["console-resources", "/console/resources"],
  ["console-keys", "/console/keys"],
  ["console-audit", "/console/audit"],
  ["console-mail", "/console/mail"],
  ["console-settings", "/console/settings"],
  ["console-system", "/console/system"],
] as const;

await Deno.mkdir(folder, { recursive: true });
const browser: Browser = await chromium.launch({
  executablePath: Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium",
  args: Deno.uid() === 0 ? ["--no-sandbox"] : [], // the sandbox does not run as root
});
try {
  for (const { name, width, height, colorScheme, locale } of views) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme, locale });
    const page = await context.newPage();
    if ("signin".includes(wanted)) await take(page, "signin", "/signin", name);
    await signIn(context, page);
    for (const [screen, path] of screens) if (screen.includes(wanted)) await take(page, screen, path, name);
    await context.close();
  }
} finally {
  await browser.close();
}

async function take(page: Page, screen: string, path: string, view: string): Promise<void> {
  const answer = await page.goto(sentinel.origin + path);
  if (answer?.status() !== 200) return console.log(`${screen}: ${answer?.status()}, no picture`);
  const { width, height } = page.viewportSize()!;
  const whole = await page.evaluate("document.documentElement.scrollHeight") as number;
  const clip = { x: 0, y: 0, width, height: Math.min(Math.max(whole, height), heightMax) };
  const png = smallPng(await page.screenshot({ clip, fullPage: true }));
  await Deno.writeFile(new URL(`${screen}.${view}.png`, folder), png);
  console.log(`${screen}.${view}: ${Math.round(png.length / 1_000)} kB`);
}

async function signIn(context: BrowserContext, page: Page): Promise<void> {
  await context.addCookies([]);
  await page.goto(`${sentinel.origin}/signin`);
  await page.fill("#username", ada.username);
  await page.fill("#password", ada.password);
  await page.click("button.primary");
  await page.waitForURL((url) => url.pathname !== "/signin");
}

/** Sends requests as ada. */
async function administrator() {
  const login = await fetch(`${sentinel.origin}/login`, { method: "POST", body: new URLSearchParams(ada) });
  const { access_token } = await login.json();
  return async (path: string, json: unknown, method = "POST"): Promise<Record<string, string>> => {
    const headers = { authorization: `Bearer ${access_token}`, "content-type": "application/json" };
    const answer = await fetch(sentinel.origin + path, { method, headers, body: JSON.stringify(json) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === "" ? {} : JSON.parse(text);
  };
}

/** A small company: clerks who read invoices, an application, an API, and somebody who waits for an invitation. */
async function furnish(): Promise<{ hedy: string; ledger: string }> {
  for (const verb of ["read", "write", "delete", "approve"]) {
    await call("/permissions", { name: `invoice:${verb}`, description: `${verb} invoices` });
  }
  const roles: [string, string, string[], string[]][] = [
    ["viewer", "Sees invoices", ["invoice:read"], []],
    ["clerk", "Writes invoices", ["invoice:write"], ["viewer"]],
    ["manager", "Approves what clerks write", ["invoice:approve", "invoice:delete"], ["clerk"]],
    ["approver", "Approves invoices of others", ["invoice:approve"], ["viewer"]],
  ];
  for (const [name, description, permissions, parents] of roles) {
    await call("/roles", { name, description, permissions, parents });
  }
  await call("/role-exclusions", { description: "Four eyes", roles: ["clerk", "approver"], at_most: 1 });
  const ids: Record<string, string> = {};
  for (const [username, role] of [["hedy", "clerk"], ["grace", "manager"], ["alan", "viewer"], ["joan", "approver"]]) {
    const password = `${username} reads a book`;
    const { id } = await call("/users", { username, email: `${username}@example.com`, password });
    await call(`/users/${id}/roles/${role}`, undefined, "PUT");
    await fetch(`${sentinel.origin}/login`, {
      method: "POST",
      body: new URLSearchParams({ username: username!, password }),
    });
    ids[username!] = id!;
  }
  await call("/service-accounts", { name: "nightly-export", description: "Sends invoices to the archive" });
  await call("/resources", { uri: "https://invoices.example.com", name: "Invoices", scopes: ["invoices:read"] });
  const { id } = await call("/clients", {
    name: "Ledger",
    grant_types: ["authorization_code", "refresh_token"],
    redirect_uris: ["https://ledger.example.com/callback"],
    scopes: ["openid", "profile", "email"],
    own_api: false,
  });
  const refused = new URLSearchParams({
    response_type: "code",
    client_id: id!,
    redirect_uri: "https://ledger.example.com/callback/",
    scope: "openid",
  });
  await (await fetch(`${sentinel.origin}/oauth/authorize?${refused}`, { redirect: "manual" })).body?.cancel();
  await schema.sql(
    `insert into ${schema.name}.outbox (id, kind, payload, dead_at, attempts, error_class)
     values (gen_random_uuid(), 'mail', '{"letter": "new_sign_in", "to": "alan@example.com"}', now(), 10, 'timeout')`,
  );
  return { hedy: ids.hedy!, ledger: id! };
}
