import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { deno } from "../../dev/binary/bundle.ts";

type Graph = {
  modules: { specifier: string; dependencies?: { isDynamic?: true; code?: { specifier?: string } }[] }[];
  redirects: Record<string, string>;
};

/** What costs memory and time, and what most servers never need or need later. */
const loadedLater =
  /nodemailer|swagger-ui-dist|csv-parse|@zxcvbn-ts|@simplewebauthn|prom-client\/(?:index|lib\/pushgateway)|cli\/commands\.ts|portability\/sources|^node:(?:http|tls)$/;

Deno.test("a server starts without the modules that it may never need, and has them all", async () => {
  const main = fileURLToPath(new URL("../../main.ts", import.meta.url));
  const { modules, redirects }: Graph = JSON.parse((await deno(["info", "--quiet", "--json", main])).stdout);
  const known = new Map(modules.map((each) => [each.specifier, each.dependencies ?? []]));
  const reachable = (from: string, isFollowed: (isDynamic: boolean) => boolean, seen = new Set<string>()) => {
    const specifier = redirects[from] ?? from;
    if (seen.has(specifier)) return seen;
    seen.add(specifier);
    for (const { isDynamic = false, code } of known.get(specifier) ?? []) {
      if (code?.specifier && isFollowed(isDynamic)) reachable(code.specifier, isFollowed, seen);
    }
    return seen;
  };
  const found = (isFollowed: (isDynamic: boolean) => boolean) =>
    [...reachable(modules.find(({ specifier }) => specifier.endsWith("/src/main.ts"))!.specifier, isFollowed)]
      .filter((specifier) => loadedLater.test(specifier));
  assert.deepEqual(found((isDynamic) => !isDynamic), []);
  const all = found(() => true).join("\n");
  const packages = ["nodemailer", "swagger-ui-dist", "csv-parse", "@zxcvbn-ts", "@simplewebauthn"];
  for (const name of [...packages, "node:http", "node:tls", "cli/commands"]) {
    assert.ok(all.includes(name), name);
  }
});
