import assert from "node:assert/strict";
import { ConfigError, readConfig } from "./config.ts";

const read = (SENTINEL_PUBLIC_URL: string, SENTINEL_PASSKEY_RP_ID = "") =>
  readConfig({ SENTINEL_PUBLIC_URL, SENTINEL_PASSKEY_RP_ID });

Deno.test("passkeys are for the host of the public URL, or for a parent of it", () => {
  for (const rpId of ["", "auth.example.com", "example.com"]) read("https://auth.example.com", rpId);
  read("http://localhost:8000", "localhost");
});

Deno.test("config check refuses a domain that browsers would refuse", () => {
  const refused: [url: string, rpId: string][] = [
    ["https://auth.example.com", "example.org"],
    ["https://auth.example.com", "com"],
    ["https://auth.example.com", "th.example.com"],
    ["https://auth.example.com", "a.auth.example.com"],
    ["https://auth.example.com", "Example.com"],
    ["https://auth.example.com", "https://example.com"],
    ["https://auth.example.com", "example.com."],
    ["https://192.0.2.1", "2.1"],
  ];
  for (const [url, rpId] of refused) {
    assert.throws(() => read(url, rpId), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.deepEqual(error.issues.map(({ setting }) => setting), ["SENTINEL_PASSKEY_RP_ID"], rpId);
      return true;
    });
  }
});

Deno.test("an address as public URL is warned of: browsers have passkeys for names only", () => {
  assert.match(read("https://192.0.2.1").warnings.join(), /passkeys/);
  assert.match(read("https://[2001:db8::1]").warnings.join(), /passkeys/);
  assert.doesNotMatch(read("http://127.0.0.1:8000").warnings.join(), /passkeys/);
});
