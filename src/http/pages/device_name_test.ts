import assert from "node:assert/strict";
import { deviceName } from "./device_name.ts";

const inWords = (browser: string, system: string) => `${browser} on ${system}`;

Deno.test("a device is called by its browser and system, as far as its user agent says them", () => {
  const rows = [
    ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on macOS"],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0 Safari/537.36",
      "Chrome on Windows",
    ],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0 Safari/537.36 Edg/143.0",
      "Edge on Windows",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
      "Safari on iPhone",
    ],
    [
      "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0 Mobile Safari/537.36",
      "Chrome on Android",
    ],
    ["curl/8.14.1", "curl"],
    ["Wget/1.25.0 (linux-gnu)", "Wget/1.25.0"],
    ["Mozilla/5.0 (X11; Linux x86_64)", "Linux"],
    ["", undefined],
    [null, undefined],
  ] as const;
  for (const [agent, name] of rows) assert.equal(deviceName(agent, inWords), name, String(agent));
});
