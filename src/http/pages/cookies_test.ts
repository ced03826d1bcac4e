import assert from "node:assert/strict";
import { createCookies } from "./cookies.ts";

const cookies = createCookies("https://auth.example.com");

Deno.test("T144 a cookie is of this host only, unreadable for scripts, and not sent by other sites' forms", () => {
  assert.equal(cookies.set("session", "abc"), "__Host-session=abc; Path=/; HttpOnly; SameSite=Lax; Secure");
  assert.equal(
    cookies.set("browser", "abc", { maxAgeSeconds: 60 }),
    "__Host-browser=abc; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60",
  );
  assert.equal(cookies.expire("session"), "__Host-session=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0");
  const plain = createCookies("http://localhost:8000");
  assert.equal(plain.set("session", "abc"), "session=abc; Path=/; HttpOnly; SameSite=Lax");
});

Deno.test("T144 only a cookie with exactly the name counts, whatever stands around it", () => {
  const read = (cookie: string) => cookies.read(new Headers({ cookie }), "session");
  for (
    const header of [
      "__Host-session=right",
      "a=b; __Host-session=right; c=d",
      "a=b;__Host-session=right",
      "__Host-session=right; __Host-session=second",
      "broken; =x; __Host-session=right ",
    ]
  ) assert.equal(read(header), "right", header);
  for (
    const header of [
      "",
      "session=right",
      "\u00a0__Host-session=right",
      "a=b;\u00a0__Host-session=right",
      "__Host-session\u00a0=right",
      "__Host-session =right",
      "__host-session=right",
      "__Host-session2=right",
      'a="; __Host-sessio=right',
      "__Host-session=ri ght",
      "__Host-session=",
      `__Host-session=${"x".repeat(513)}`,
      `__Host-session=right; a=${"x".repeat(8_192)}`,
    ]
  ) assert.equal(read(header), undefined, header.slice(0, 40));
});

Deno.test("T219 a value with what ends a header or an attribute is never set", () => {
  for (const text of ["a\r\nset-cookie: b=c", "a; Domain=evil", "a b", "", 'a"b', "ä"]) {
    assert.throws(() => cookies.set("session", text), /cannot have/, JSON.stringify(text));
  }
});
