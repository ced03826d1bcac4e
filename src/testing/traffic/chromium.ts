import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { type Sentinel, startSentinel } from "../harness.ts";
import { mailboxOn } from "../mail/mailbox.ts";
import { overSockets } from "./sockets.ts";

const executablePath = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";

/**
 * A test with a Sentinel of its own at `origin`, where there is Chromium. Its public URL, http://localhost:8000, leads to
 * it, too: there are passkeys for that host, and for no address.
 */
export function inChromium(
  name: string,
  fn: (browser: Browser, origin: string, sentinel: Sentinel) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore: !existsSync(executablePath),
    async fn() {
      await using sentinel = await startSentinel({
        lasting: false,
        settings: mailboxOn,
      });
      await using server = overSockets(sentinel.handle);
      const rules = `--host-resolver-rules=MAP localhost:8000 127.0.0.1:${server.port}`;
      const args = [rules, ...Deno.uid() === 0 ? ["--no-sandbox"] : []];
      const browser = await chromium.launch({ executablePath, args });
      try {
        await fn(browser, `http://127.0.0.1:${server.port}`, sentinel);
      } finally {
        await browser.close();
      }
    },
    sanitizeOps: false,
    sanitizeResources: false,
  });
}
