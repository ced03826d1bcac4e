import assert from "node:assert/strict";
import { runCommand, settingsBeside } from "../../testing/commands.ts";
import { newKeyPair } from "../../testing/people/key_clients.ts";
import { startSentinel, testOnPostgres } from "../../testing/harness.ts";
import { askForToken } from "../../testing/people/clients.ts";
import { until } from "../../testing/servers/process.ts";

const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

const run = async (...args: string[]) => {
  const { code, out, err } = await runCommand(args, { env: settingsBeside(sentinel) });
  assert.deepEqual([code, err], [0, []], args.join(" "));
  return out.join("\n");
};

const created = async (...args: string[]) => {
  const [, id, secret] = /^client_id=(\S+)\nclient_secret=(\S+)$/.exec(await run("client", "create", ...args))!;
  return { id: id!, secret: secret! };
};

testOnPostgres("client create prints what a shell reads, and the server takes it", async () => {
  const client = await created("backup", "--scope", "users:read", "--role", "user");
  assert.match(client.secret, /^snt_cs_[0-9A-Za-z]{71}$/);
  const refused = await askForToken(sentinel, client);
  assert.equal((await refused.json()).error, "invalid_scope", "its role gives nothing");
  await sentinel.clientRefusals.flush();
  const shown = JSON.parse(await run("client", "show", client.id));
  assert.deepEqual(shown.refusals.map(({ reason }: { reason: string }) => reason), [
    "the service account does not hold: users:read",
  ]);
  assert.ok(!JSON.stringify(shown).includes(client.secret.slice(8, 60)));
  assert.match(
    await run("client", "list"),
    new RegExp(`^${client.id}\tbackup\tclient_credentials\tusers:read\t-\t-\tactive$`, "m"),
  );
});

testOnPostgres("client create with --redirect-uri registers an application that users sign in to", async () => {
  const uris = ["https://app.example.com/callback", "http://localhost:3000/callback"];
  const flags = uris.flatMap((uri) => ["--redirect-uri", uri]);
  const web = await created("web", ...flags, "--first-party", "--id-token-alg", "ES256", "--without-pkce");
  const shown = JSON.parse(await run("client", "show", web.id));
  assert.deepEqual([shown.redirect_uris, shown.first_party, shown.require_pkce], [uris, true, false]);
  assert.equal(shown.id_token_signed_response_alg, "ES256");
  const grants = "authorization_code,refresh_token", scopes = "email,openid,profile";
  const line = `${web.id}\tweb\t${grants}\t${scopes}\t-\t${uris.join(",")}\tactive`;
  assert.ok((await run("client", "list")).split("\n").includes(line));
});

testOnPostgres("client create --public and --native register applications without a secret", async () => {
  const withoutSecret = async (...args: string[]) => {
    const said = await run("client", "create", "app", ...args);
    const id = /^client_id=(\S+)$/.exec(said)![1]!;
    return JSON.parse(await run("client", "show", id));
  };
  const page = await withoutSecret("--public", "--redirect-uri", "https://app.example.com/");
  assert.deepEqual([page.token_endpoint_auth_method, page.application_type, page.secrets], ["none", "web", []]);
  const uri = ["--redirect-uri", "http://localhost/callback", "--post-logout-redirect-uri", "com.example.app:/bye"];
  const native = await withoutSecret("--native", ...uri, "--any-localhost-port", "--without-refresh-id-token");
  assert.deepEqual([native.token_endpoint_auth_method, native.application_type], ["none", "native"]);
  assert.deepEqual([native.native_localhost, native.refresh_id_token], [true, false]);
  const both = await withoutSecret("--native", ...uri, "--without-refresh");
  assert.deepEqual(both.grant_types, ["authorization_code"]);
  const env = settingsBeside(sentinel);
  const refused = await runCommand(["client", "create", "x", "--redirect-uri", "http://app.example.com/"], { env });
  assert.equal(refused.code, 1);
  assert.match(refused.err.join("\n"), /A web application needs https/);
});

testOnPostgres("client create --client-credentials registers an application that also acts by itself", async () => {
  const client = await created(
    "both",
    "--redirect-uri",
    "https://app.example.com/",
    "--client-credentials",
    "--own-api",
  );
  const { grant_types, service_account_id } = JSON.parse(await run("client", "show", client.id));
  assert.deepEqual(grant_types, ["authorization_code", "client_credentials", "refresh_token"]);
  assert.notEqual(service_account_id, null);
});

testOnPostgres("client create --into writes the credentials to files, and creates no second client", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const create = () =>
      run("client", "create", "grafana", "--redirect-uri", "http://localhost:3000/login", "--into", folder);
    const said = await create();
    const id = await Deno.readTextFile(`${folder}/client_id`);
    const secret = await Deno.readTextFile(`${folder}/client_secret`);
    assert.equal(said, `Created the client grafana, ${id}.`, "the secret is not printed");
    assert.match(secret, /^snt_cs_[0-9A-Za-z]{71}$/);
    assert.equal((await Deno.stat(`${folder}/client_secret`)).mode! & 0o007, 0, "only owner and group read it");
    assert.equal(await create(), `The files have the client ${id} already.`);
    assert.equal(await Deno.readTextFile(`${folder}/client_secret`), secret);
    const count = async () => (await run("client", "list")).split("\n").length;
    const before = await count();
    const nowhere = [
      "client",
      "create",
      "lost",
      "--redirect-uri",
      "http://localhost:3000/",
      "--into",
      `${folder}/none`,
    ];
    const refused = await runCommand(nowhere, { env: settingsBeside(sentinel) });
    assert.deepEqual([refused.code, await count()], [1, before], "no client without its files");
    assert.match(refused.err.join(), /^error: The folder cannot be written \(NotFound\)/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

testOnPostgres(
  "client create --jwks and --jwks-uri register clients that sign assertions, without a secret",
  async () => {
    const { jwk, kid } = await newKeyPair();
    const keys = JSON.stringify({ keys: [jwk] });
    const env = settingsBeside(sentinel);
    const create = async (args: string[], stdin = "") => {
      const { code, out, err } = await runCommand(["client", "create", "settlement", ...args], { env, stdin });
      assert.deepEqual([code, err], [0, []]);
      const id = /^client_id=(\S+)$/.exec(out.join("\n"))![1]!;
      return JSON.parse(await run("client", "show", id));
    };
    const own = await create(["--jwks", "-"], keys);
    assert.deepEqual([own.token_endpoint_auth_method, own.jwks.keys.map((key: { kid: string }) => key.kid)], [
      ...["private_key_jwt", [kid]],
    ]);
    assert.deepEqual([own.jwks_uri, own.secrets], [null, []]);
    const jwksUri = "https://settlement.example.com/jwks";
    const elsewhere = await create(["--jwks-uri", jwksUri, "--token-endpoint-audience"]);
    assert.deepEqual([elsewhere.token_endpoint_auth_method, elsewhere.jwks, elsewhere.jwks_uri], [
      ...["private_key_jwt", null, jwksUri],
    ]);
    assert.deepEqual([own.token_endpoint_audience, elsewhere.token_endpoint_audience], [false, true]);
    assert.equal(
      await run("client", "change", elsewhere.id, "--issuer-audience"),
      "Changed the client settlement.\ntoken_endpoint_audience: true -> false",
    );
    const before = await run("client", "list");
    const refusals: [string[], string, RegExp][] = [
      [["--jwks", "-"], "no keys", /The keys are no JSON/],
      [["--jwks", "-", "--jwks-uri", jwksUri], keys, /needs jwks or jwks_uri, and not both/],
      [["--jwks", "-"], JSON.stringify({ keys: [{ ...jwk, d: "x" }] }), /must never leave its owner/],
    ];
    for (const [args, stdin, message] of refusals) {
      const refused = await runCommand(["client", "create", "settlement", ...args], { env, stdin });
      assert.equal(refused.code, 1);
      assert.match(refused.err.join("\n"), message);
    }
    assert.equal(await run("client", "list"), before, "no client is created");
  },
);

testOnPostgres(
  "client change replaces what its flags name, prints what is different, and leaves the rest",
  async () => {
    const uri = "https://app.example.com/callback";
    const { id } = await created(
      "web",
      "--redirect-uri",
      uri,
      "--post-logout-redirect-uri",
      "https://app.example.com/",
    );
    const said = await run(
      ...["client", "change", id, "--name", "shop", "--redirect-uri", `${uri}/1`, "--redirect-uri", `${uri}/2`],
      ...["--post-logout-redirect-uri", "", "--first-party", "--disable"],
    );
    const [sentence, ...lines] = said.split("\n");
    assert.equal(sentence, "Changed the client shop.");
    assert.deepEqual(lines.filter((line) => !line.startsWith("disabled_at: - -> ")).toSorted(), [
      "first_party: false -> true",
      "name: web -> shop",
      "post_logout_redirect_uris: https://app.example.com/ -> -",
      `redirect_uris: ${uri} -> ${uri}/1,${uri}/2`,
    ]);
    assert.equal(lines.length, 5, "it is disabled");
    const shown = JSON.parse(await run("client", "show", id));
    assert.deepEqual([shown.name, shown.scopes, shown.secrets.length], ["shop", ["email", "openid", "profile"], 1]);
    assert.match(await run("client", "change", id, "--enable", "--third-party"), /^first_party: true -> false$/m);
    assert.equal(await run("client", "change", id, "--name", "shop"), "The client shop is like that already.");
    const actions = await sentinel.db.query<{ action: string }>(
      "actions",
      "select action from audit_events where subject_id = $1 order by id",
      [id],
    );
    const before = actions.length;
    const env = settingsBeside(sentinel);
    const refusals: [string[], number, RegExp][] = [
      [[], 2, /nothing to change: name a flag/],
      [["--enable", "--disable"], 2, /--disable and --enable exclude each other/],
      [["--redirect-uri", "http://app.example.com/"], 1, /A web application needs https/],
      [["--scope", "nowhere:read"], 1, /no permission "nowhere:read"\. None of the client's APIs has such a scope/],
    ];
    for (const [args, code, message] of refusals) {
      const refused = await runCommand(["client", "change", id, ...args], { env });
      assert.equal(refused.code, code, args.join(" "));
      assert.match(refused.err.join("\n"), message);
    }
    const after = await sentinel.db.query("actions", "select action from audit_events where subject_id = $1", [id]);
    assert.equal(after.length, before, "a refusal is no change");
  },
);

testOnPostgres(
  "client change --jwks gives a client keys, which end its secrets, and --jwks-uri moves them",
  async () => {
    const client = await created("settlement");
    const { jwk, kid } = await newKeyPair();
    const stdin = JSON.stringify({ keys: [jwk] });
    const { code, out } = await runCommand(["client", "change", client.id, "--jwks", "-"], {
      ...{ env: settingsBeside(sentinel), stdin },
    });
    assert.equal(code, 0);
    assert.deepEqual(out, [[
      "Changed the client settlement.",
      "token_endpoint_auth_method: client_secret_basic -> private_key_jwt",
      `jwks: - -> ${kid}`,
    ].join("\n")]);
    assert.deepEqual(JSON.parse(await run("client", "show", client.id)).secrets, []);
    const jwksUri = "https://settlement.example.com/jwks";
    const moved = JSON.parse(await run("client", "change", client.id, "--jwks-uri", jwksUri, "--json"));
    assert.deepEqual(moved.changed.toSorted(), ["jwks", "jwks_uri"]);
    assert.deepEqual([moved.client.jwks, moved.client.jwks_uri], [null, jwksUri]);
  },
);

testOnPostgres("resource create registers an API, for which a client gets tokens", async () => {
  const uri = "https://api.example.com";
  const said = await run(
    "resource",
    "create",
    uri,
    "--name",
    "Documents",
    "--scope",
    "documents:read",
    "--ttl",
    "60",
    "--open-to-dynamic",
  );
  const [api] = JSON.parse(await run("resource", "list", "--json")).items;
  assert.equal(api.open_to_dynamic, true);
  assert.equal(said, `Registered ${uri}, whose tokens are signed with ES256.`);
  assert.equal(await run("resource", "list"), `${uri}\tDocuments\tdocuments:read\tES256`);
  const client = await created("reader", "--scope", "documents:read", "--resource", uri);
  const { expires_in, scope } = await (await askForToken(sentinel, client)).json();
  assert.deepEqual([expires_in, scope], [60, "documents:read"]);
  const inUse = await runCommand(["resource", "delete", uri], { env: settingsBeside(sentinel) });
  assert.equal(inUse.code, 1);
  await run("client", "delete", client.id);
  assert.equal(await run("resource", "delete", uri), `Deleted ${uri}.`);
  const keys = await run("keys", "rotate", "--alg", "ES256", "--force");
  assert.match(keys, /^Rotated the signing keys/);
});

testOnPostgres(
  "client rotate, disable, enable, end-tokens and delete take effect on a server that is running",
  async () => {
    const client = await created("worker");
    const status = async (secret = client.secret) => (await askForToken(sentinel, { ...client, secret })).status;
    const second = await run("client", "rotate", client.id, "--overlap", "1");
    assert.deepEqual([await status(), await status(second)], [200, 200]);
    assert.equal(await run("client", "disable", client.id), "Disabled the client worker.");
    await until("it is refused", async () => await status() === 401);
    assert.equal(await run("client", "enable", client.id), "Enabled the client worker.");
    await until("it is taken", async () => await status() === 200);
    assert.equal(await run("client", "end-tokens", client.id), `Ended the tokens of client ${client.id}.`);
    assert.notEqual(JSON.parse(await run("client", "show", client.id)).tokens_not_before, null);
    assert.equal(await run("client", "delete", client.id), `Deleted client ${client.id}.`);
    await until("it is unknown", async () => await status() === 401);
    const unknown = await runCommand(["client", "show", client.id], { env: settingsBeside(sentinel) });
    assert.deepEqual([unknown.code, unknown.err], [1, ["error: There is no such client."]]);
  },
);
