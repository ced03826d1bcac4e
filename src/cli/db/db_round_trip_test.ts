import assert from "node:assert/strict";
import { join } from "node:path";
import { dropSchema, freshSchema } from "../../testing/database.ts";
import { testOnPostgres } from "../../testing/harness.ts";
import { newKeyPair } from "../../testing/people/key_clients.ts";
import { patientServe, startServe } from "../../testing/servers/process.ts";
import { runCommand, settingsBeside } from "../../testing/commands.ts";

const ada = { username: "ada", email: "ada@example.com", password: "analytical engine no 1" };
const grace = { username: "grace", email: "grace@example.com", password: "nanoseconds of wire" };

type Env = Record<string, string>;

async function sentinel(env: Env, args: string[], stdin = ""): Promise<string[]> {
  const { code, out, err } = await runCommand(args, { env, stdin });
  assert.equal(code, 0, `${args.join(" ")}: ${err.join("\n")}`);
  return out;
}

const json = (document: unknown, token = ""): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
  body: JSON.stringify(document),
});

type Installation = Awaited<ReturnType<typeof startServe>>;

async function tokenOf(serve: Installation, { username, password }: typeof ada): Promise<string> {
  const response = await serve.fetch("/login", json({ username, password }));
  assert.equal(response.status, 200, `${username} logs in`);
  return (await response.json()).access_token;
}

async function status(response: Promise<Response>): Promise<number> {
  const { status, body } = await response;
  await body?.cancel();
  return status;
}

/** Creates a role and a user who has it, over HTTP. */
async function use(serve: Installation): Promise<void> {
  const token = await tokenOf(serve, ada);
  assert.equal(await status(serve.fetch("/register", json(grace))), 201);
  assert.equal(await status(serve.fetch("/roles", json({ name: "clerk", description: "" }, token))), 201);
  await createClient(serve, token);
  assert.equal(
    await status(
      serve.fetch("/register", json({ ...grace, username: "clerk1", email: "c@x.org", role: "clerk" }, token)),
    ),
    201,
  );
}

/** An OAuth client, with the API that its tokens are for. */
let client: { id: string; client_secret: string };

/** Clients with keys in place of a secret: of their own, and at an address. */
let keyClients: Record<string, unknown>[];

async function createClient(serve: Installation, token: string): Promise<void> {
  const api = { uri: "https://api.example.com", name: "Documents", scopes: ["documents:read"] };
  assert.equal(await status(serve.fetch("/resources", json(api, token))), 201);
  const wanted = { name: "reader", scopes: api.scopes, resources: [api.uri] };
  client = await (await serve.fetch("/clients", json(wanted, token))).json();
  const { jwk } = await newKeyPair();
  const keys = [{ jwks: { keys: [jwk] } }, { jwks_uri: "https://settlement.example.com/jwks" }];
  keyClients = await Promise.all(keys.map(async (where) => {
    const method = { token_endpoint_auth_method: "private_key_jwt", token_endpoint_auth_signing_alg: "ES256" };
    const body = json(
      { name: "settlement", grant_types: [], ...method, token_endpoint_audience: true, ...where },
      token,
    );
    const answer = await serve.fetch("/clients", body);
    assert.equal(answer.status, 201);
    return await answer.json();
  }));
}

async function findKeyClients(serve: Installation, token: string): Promise<void> {
  for (const created of keyClients) {
    const found = await serve.fetch(`/clients/${created.id}`, { headers: { authorization: `Bearer ${token}` } });
    assert.deepEqual(await found.json(), created);
  }
}

/** Asks for a token for the client's API, which is signed with ES256. */
async function findClient(serve: Installation): Promise<void> {
  const { id: client_id, client_secret } = client;
  const body = new URLSearchParams({ grant_type: "client_credentials", client_id, client_secret });
  const { scope, access_token } = await (await serve.fetch("/oauth/token", { method: "POST", body })).json();
  assert.equal(scope, "documents:read");
  const { alg } = JSON.parse(atob(access_token.split(".")[0]));
  assert.equal(alg, "ES256");
}

/** What an installation must contain after a move. */
async function find(serve: Installation): Promise<void> {
  await findClient(serve);
  const token = await tokenOf(serve, ada);
  await findKeyClients(serve, token);
  assert.equal(await status(serve.fetch("/admin-only", { headers: { authorization: `Bearer ${token}` } })), 200);
  const clerk = await tokenOf(serve, { ...grace, username: "clerk1" });
  const me = await serve.fetch("/users/me", { headers: { authorization: `Bearer ${clerk}` } });
  assert.deepEqual((await me.json()).roles, ["clerk", "user"]);
  assert.equal(await status(serve.fetch("/login", json({ username: "grace", password: "wrong" }))), 401);
  await tokenOf(serve, grace);
}

testOnPostgres(
  "everything moves from embedded to PostgreSQL and back: users, permissions, events",
  async () => {
    await using stack = new AsyncDisposableStack();
    const root = await Deno.makeTempDir({ prefix: "sentinel-moving-" });
    stack.defer(() => Deno.remove(root, { recursive: true }));
    const schema = freshSchema();
    stack.defer(() => dropSchema(schema));
    const laptop = { SENTINEL_DATA_DIR: join(root, "laptop") };
    const cluster = {
      ...settingsBeside({ schema }),
      SENTINEL_SECRET: Uint8Array.from({ length: 32 }, (_, i) => 3 + i).toBase64(),
    };
    const laptopAgain = { SENTINEL_DATA_DIR: join(root, "again") };

    await sentinel(laptop, ["migrate", "up"]);
    await sentinel(
      laptop,
      ["user", "create-admin", "--username", "ada", "--email", ada.email, "--password-stdin"],
      ada.password,
    );
    await serving(laptop, use);

    const there = await move(laptop, cluster, join(root, "there.jsonl"), cluster.SENTINEL_SECRET);
    await serving(cluster, find);
    const secret = Uint8Array.from({ length: 32 }, (_, i) => 4 + i).toBase64();
    await Deno.mkdir(laptopAgain.SENTINEL_DATA_DIR, { mode: 0o700 });
    await Deno.writeTextFile(join(laptopAgain.SENTINEL_DATA_DIR, "secret"), secret, { mode: 0o600 });
    const back = await move(cluster, laptopAgain, join(root, "back.jsonl"), secret);
    await serving(laptopAgain, find);

    for (const env of [cluster, laptopAgain]) {
      const proof = JSON.parse((await sentinel(env, ["audit", "verify", "--json"]))[0]!);
      assert.equal(proof.valid, true);
      assert.ok(proof.checkpoints > 0);
    }
    for (
      const kind of ["user", "role", "role_permission", "grant", "signing_key", "client", "api_resource", "secret"]
    ) {
      assert.equal(back[kind], there[kind], kind);
    }
    assert.equal(there.user, 4, "with the account of the client");
    assert.ok(back.audit_event! > there.audit_event!);
  },
);

/** Serves the installation like the binary, and stops it like a terminal. */
async function serving(env: Env, work: (serve: Installation) => Promise<void>): Promise<void> {
  await using serve = await startServe({ env, program: patientServe });
  await work(serve);
  serve.signal("SIGTERM");
  assert.equal((await serve.exit).code, 0, serve.output());
}

/** Exports with the other's secret and imports there. Returns the counts, which both commands print. */
async function move(from: Env, to: Env, file: string, secret: string): Promise<Record<string, number>> {
  const [exported] = await sentinel({ ...from, SENTINEL_RECIPIENT_SECRET: secret }, ["db", "export", file, "--json"]);
  await sentinel(to, ["migrate", "up"]);
  const [imported] = await sentinel(to, ["db", "import", file, "--json"]);
  const { counts } = JSON.parse(exported!);
  const privileged = [{ name: "ada", roles: ["admin"] }]; // X72
  assert.deepEqual(JSON.parse(imported!), { imported: true, counts, privileged });
  return counts;
}
