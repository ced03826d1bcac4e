/**
 * Takes the pictures of the documents into `loadtest/pictures/`: `/docs` of a running Sentinel after a login with its
 * Authorize button and, if one is named, k6's report of a run.
 *
 *   DATABASE_URL=postgres://… deno task pictures [loadtest/results/seed_mix.html]
 *
 * Needs Debian's `chromium`, or the browser that `CHROMIUM` names.
 */
import { pathToFileURL } from "node:url";
import { chromium, type Page } from "playwright-core";
import { emptySchema, startSentinel } from "./rig.ts";

const ada = { username: "ada", email: "ada@example.com", password: "analytical engine no 1" };
const [report] = Deno.args;

/** The size of k6's report that shows its head and first figures; the rest are tables of the same figures. */
const overviewHeight = 1010;

await using _schema = await emptySchema();
await using sentinel = await startSentinel(8130, {
  SENTINEL_ADMIN_USERNAME: ada.username,
  SENTINEL_ADMIN_EMAIL: ada.email,
  SENTINEL_ADMIN_PASSWORD: ada.password,
});
const browser = await chromium.launch({
  executablePath: Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium",
  args: Deno.uid() === 0 ? ["--no-sandbox"] : [], // the sandbox does not run as root
});
try {
  const page = await browser.newPage({ viewport: { width: 1100, height: 1400 }, colorScheme: "light" });
  await page.goto(`${sentinel.origin}/docs`);
  await logIn(page);
  await take(page, "docs.png", await showMe(page));
  if (report) {
    await page.goto(pathToFileURL(report).href, { waitUntil: "networkidle" });
    await take(page, "seed_mix.png", overviewHeight);
  }
} finally {
  await browser.close();
}

/** Logs in like a reader: the Authorize button, a name, a password, Enter. */
async function logIn(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Authorize" }).first().click();
  const dialog = page.locator(".dialog-ux");
  await dialog.locator("#oauth_username").fill(ada.username);
  await dialog.locator("#oauth_password").fill(ada.password);
  await page.keyboard.press("Enter");
  await dialog.getByText("Authorized").waitFor();
  await dialog.locator(".close-modal").click();
}

/** Runs `GET /users/me` on the page; returns the position at which its answer ends. */
async function showMe(page: Page): Promise<number> {
  const operation = page.locator("#operations-accounts-getMe");
  await operation.locator(".opblock-summary").click();
  await operation.getByRole("button", { name: "Execute" }).click();
  const answer = await operation.locator(".live-responses-table .highlight-code").boundingBox();
  await page.mouse.move(0, 0);
  return answer!.y + answer!.height + 4;
}

async function take(page: Page, name: string, height = page.viewportSize()!.height): Promise<void> {
  const path = new URL(`./pictures/${name}`, import.meta.url).pathname;
  const { length } = await page.screenshot({ path, clip: { x: 0, y: 0, width: page.viewportSize()!.width, height } });
  console.log(`${name}: ${Math.round(length / 1000)} kB`);
}
