import assert from "node:assert/strict";
import { runCommand, settingsBeside } from "../../testing/commands.ts";
import { startSentinel, testOnPostgres } from "../../testing/harness.ts";

const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const run = (...args: string[]) => runCommand(["resource", ...args], { env: settingsBeside(sentinel) });

testOnPostgres(
  "resource change replaces what its flags name, prints what is different, and leaves the rest",
  async () => {
    const uri = "https://orders.example.com";
    await run("create", uri, "--name", "Orders", "--scope", "orders:read", "--scope", "orders:write");
    const flags = ["--scope", "orders:list", "--ttl", "120", "--alg", "EdDSA", "--open-to-dynamic"];
    const changed = await run("change", uri, ...flags);
    assert.deepEqual([changed.code, changed.err], [0, []]);
    const [sentence, ...lines] = changed.out.join("\n").split("\n");
    assert.equal(sentence, `Changed the API ${uri}.`);
    assert.deepEqual(lines.toSorted(), [
      "alg: ES256 -> EdDSA",
      "open_to_dynamic: false -> true",
      "scopes: orders:read,orders:write -> orders:list",
      "ttl_seconds: 600 -> 120",
    ]);
    const again = await run("change", uri, "--name", "Orders", "--json");
    const { changed: none, resource } = JSON.parse(again.out.join(""));
    assert.deepEqual([none, resource.name, resource.ttl_seconds], [[], "Orders", 120]);
    assert.deepEqual((await run("change", uri, "--name", "Orders")).out, [`The API ${uri} is like that already.`]);
    assert.deepEqual((await run("change", uri, "--scope", "", "--closed-to-dynamic")).out, [
      [`Changed the API ${uri}.`, "scopes: orders:list -> -", "open_to_dynamic: true -> false"].join("\n"),
    ]);
  },
);

testOnPostgres("resource change refuses what it cannot do, and changes nothing", async () => {
  const uri = "https://stock.example.com";
  await run("create", uri, "--name", "Stock", "--scope", "stock:read");
  const before = await storedOf(uri);
  const refusals: [string[], number, RegExp][] = [
    [[uri], 2, /nothing to change: name a flag/],
    [[uri, "--open-to-dynamic", "--closed-to-dynamic"], 2, /exclude each other/],
    [[uri, "--ttl", "soon"], 2, /--ttl takes a number of seconds/],
    [[uri, "--ttl", "59"], 1, /ttl_seconds/],
    [[uri, "--alg", "RS256"], 1, /alg/],
    [[uri, "--scope", "openid"], 1, /says what an application learns of a user/],
    [["https://nowhere.example.com", "--name", "Nowhere"], 1, /There is no such API/],
  ];
  for (const [args, code, message] of refusals) {
    const refused = await run("change", ...args);
    assert.equal(refused.code, code, args.join(" "));
    assert.match(refused.err.join("\n"), message);
  }
  assert.deepEqual(await storedOf(uri), before);
});

const storedOf = (uri: string) =>
  sentinel.db.query("stored", "select * from api_resources where uri = $1 and name = 'Stock'", [uri]);
