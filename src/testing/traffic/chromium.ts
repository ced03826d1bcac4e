import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { type Sentinel, startSentinel } from "../harness.ts";
import { mailboxOn } from "../mail/mailbox.ts";
import { overSockets } from "./sockets.ts";

/** Debian's /usr/bin/chromium is a script that adds flags for a desktop. */
const executablePath = [Deno.env.get("CHROMIUM"), "/usr/lib/chromium/chromium", "/usr/bin/chromium"]
  .find((path) => path !== undefined && existsSync(path));

/**
 * Of several such lists Chromium heeds the last, so Playwright's own is in it. The others start processes in advance,
 * for pages of the browser's window and for pages that no test opens, which take each window 0.8 s of CPU.
 */
const disabledFeatures = [
  ...["AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"],
  ...[
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
  ],
  ...["AvoidCorsURLLoaderRestartOnRedirect", "TcpPortRandomizationWin", "OptimizationHints"],
  ...["NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch"],
  ...["WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "SpareRendererForSitePerProcess"],
];

/** The browser of this test file, whose start takes longer than most tests, and the server that it reaches. */
let opened: Awaited<ReturnType<typeof open>> | undefined;
/** The Sentinel of the test that runs, to which the server hands requests. */
let current: Sentinel | undefined;

/**
 * A test with a Sentinel of its own at `origin`, where there is Chromium; what the browser knew before is forgotten.
 * Its public URL, http://localhost:8000, leads to it, too: there are passkeys for that host, and for no address.
 */
export function inChromium(
  name: string,
  fn: (browser: Browser, origin: string, sentinel: Sentinel) => Promise<void>,
): void {
  Deno.test.afterAll(close);
  Deno.test({
    name,
    ignore: !executablePath,
    async fn() {
      await using sentinel = await startSentinel({
        lasting: false,
        settings: mailboxOn,
      });
      current = sentinel;
      const { browser, origin } = opened ??= await open();
      try {
        await fn(browser, origin, sentinel);
      } finally {
        for (const context of browser.contexts()) await context.close();
      }
    },
    sanitizeOps: false,
    sanitizeResources: false,
  });
}

async function open() {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(overSockets((...request) => current!.handle(...request)));
  const rules = `--host-resolver-rules=MAP localhost:8000 127.0.0.1:${server.port}`;
  const features = `--disable-features=${disabledFeatures.join(",")}`;
  const args = [rules, features, "--disable-gpu", ...Deno.uid() === 0 ? ["--no-sandbox"] : []];
  const browser = await chromium.launch({ executablePath: executablePath!, args });
  stack.defer(() => browser.close());
  const resources = stack.move();
  return { browser, origin: `http://127.0.0.1:${server.port}`, close: () => resources.disposeAsync() };
}

async function close(): Promise<void> {
  await opened?.close();
  opened = undefined;
}
