import assert from "node:assert/strict";
import { readConfig } from "../../compose/config.ts";
import { createReservedUsernames } from "./reserved_usernames.ts";

const { includes } = createReservedUsernames(readConfig({}).settings.SENTINEL_RESERVED_USERNAMES);

Deno.test("X11 usernames of operators, programs and the host's mailboxes are reserved by default", () => {
  for (
    const name of ["admin", "Admin", "ＡＤＭＩＮ", "administrator", "root", "null", "undefined", "system", "support"]
  ) {
    assert.ok(includes(name), name);
  }
  for (
    const name of [
      "ada",
      "grace",
      "nobody",
      "admina",
      "roots",
      "adam",
      "sys.op",
      "nana",
      "rooster",
      "r\u00f6der",
      "администратор",
      "алиса",
      "李小龙",
    ]
  ) {
    assert.ok(!includes(name), name);
  }
});

Deno.test("X11 a username that looks like a reserved one is reserved, in any script and with any separators", () => {
  const lookalikes = ["r00t", "ad.min", "_root_", "r\u043e\u043et", "\u0405\u0423\u0405\u0422\u0415\u041c"];
  lookalikes.push("adm1n", "ADM1N", "admln", "secur1ty", "SECUR1TY", "\u0455\u0443\u0455\u0442\u0435\u043c");
  lookalikes.push("\u00e1dmin", "adm\u012fn", "ad\u1e41in", "\u0155oot");
  for (const name of [...lookalikes, "\u0455\u0443\u0455tem", "nuII", "nu11", "he1p"]) assert.ok(includes(name), name);
});

Deno.test("X11 SENTINEL_RESERVED_USERNAMES replaces the default list", () => {
  const { settings } = readConfig({ SENTINEL_RESERVED_USERNAMES: "owner, chief" });
  const own = createReservedUsernames(settings.SENTINEL_RESERVED_USERNAMES);
  assert.ok(own.includes("OWNER") && own.includes("chief") && !own.includes("admin"));
});
