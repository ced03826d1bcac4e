import assert from "node:assert/strict";
import { startSentinel, test } from "../../testing/harness.ts";
import { newApplication } from "../../testing/people/applications.ts";
import { textOf } from "../../testing/people/browser.ts";
import { browserOf } from "../../testing/people/console.ts";
import { deviceGrant } from "../grant_types.ts";
import { newUserCode, readUserCode } from "./user_code.ts";

const sentinel = await startSentinel({ lasting: false, settings: { SENTINEL_RATE_LIMIT: "on" } });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

test("T260 after ten wrong codes an address enters none for a while, not even a right one", async () => {
  const grant_types = [deviceGrant];
  const tv = await newApplication(sentinel, { isPublic: true, redirect_uris: [], grant_types, name: "TV" });
  const begun = await sentinel.fetch("/oauth/device_authorization", { form: { client_id: tv.id } });
  const { user_code } = await begun.json();
  const { browser } = await browserOf(sentinel);
  const form = await browser.open("/device");
  for (let tries = 1; tries <= 10; tries++) {
    const wrong = await browser.submit(form, "/device", { user_code: tries % 2 ? newUserCode() : "WRONG" });
    assert.equal(wrong.status, 404);
  }
  const refused = await browser.submit(form, "/device", { user_code });
  assert.deepEqual([refused.status, refused.response.headers.has("retry-after")], [429, true]);
  assert.match(textOf(refused), /Too many attempts/);
});

test("T260 user codes are 8 of 20 letters, each as likely as the others", () => {
  const seen = new Map<string, number>();
  for (let n = 0; n < 2_500; n++) {
    const code = newUserCode();
    assert.equal(readUserCode(code), code);
    for (const letter of code) seen.set(letter, (seen.get(letter) ?? 0) + 1);
  }
  assert.equal([...seen.keys()].sort().join(""), "BCDFGHJKLMNPQRSTVWXZ");
  assert.ok([...seen.values()].every((count) => count > 800 && count < 1_200));
  for (const text of ["", "BCDFGHJ", "BCDFGHJKL", "ACDFGHJK", "BCDFGHJ1"]) assert.equal(readUserCode(text), undefined);
});
