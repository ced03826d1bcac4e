import { search } from "jmespath";
import { decodeJwt } from "jose";
import assert from "node:assert/strict";
import { join } from "node:path";
import { parse } from "yaml";
import { runCommand } from "../src/testing/commands.ts";
import { type Sentinel, startSentinel, testSecret } from "../src/testing/harness.ts";
import { newVerifier } from "../src/testing/people/applications.ts";
import { openBrowser } from "../src/testing/people/browser.ts";
import { basic } from "../src/testing/people/clients.ts";
import { people, type PersonName } from "../src/testing/people/people.ts";
import { hasPostgres, startPostgres } from "../src/testing/servers/postgres_cluster.ts";

type Service = { command: string[]; environment: Record<string, string> };
type Credentials = { id: string; secret: string };

const text = Deno.readTextFileSync(new URL("../compose.yaml", import.meta.url))
  .replaceAll(/\$\{\w+:-([^}]*)\}/g, "$1"); // what the file says unless the environment says otherwise
const { services } = parse(text, { merge: true }) as { services: Record<string, Service> };
const issuer = "http://localhost:8000";

/** Runs `use` beside a Sentinel whose clients were created by these services of compose.yaml. */
function test(name: string, use: (sentinel: Sentinel, clients: Record<string, Credentials>) => Promise<void>): void {
  Deno.test({
    name,
    ignore: !hasPostgres,
    async fn() {
      await using postgres = await startPostgres();
      const env = { DATABASE_URL: postgres.url(), SENTINEL_SECRET: testSecret.toBase64(), SENTINEL_PUBLIC_URL: issuer };
      assert.equal((await runCommand(["migrate", "up"], { env })).code, 0);
      const clients: Record<string, Credentials> = {};
      for (const service of ["grafana-client", "pgadmin-client"]) clients[service] = await register(service, env);
      await using sentinel = await startSentinel({ settings: env, schema: "sentinel", lasting: false });
      for (const person of ["ada", "grace"] as const) await sentinel.settled(person);
      await use(sentinel, clients);
    },
    sanitizeOps: false,
    sanitizeResources: false,
  });
}

/** Runs the command of the service twice, as two starts of the stack do, and answers what is in its files. */
async function register(service: string, env: Record<string, string>): Promise<Credentials> {
  const folder = await Deno.makeTempDir();
  try {
    const command = services[service]!.command.map((word) => word.replace("/data/client", folder));
    for (const said of [/^Created the client /, /^The files have the client /]) {
      const { code, out, err } = await runCommand(command, { env });
      assert.equal(code, 0, err.join());
      assert.match(out.join(), said);
    }
    const read = (name: string) => Deno.readTextFile(join(folder, name));
    return { id: await read("client_id"), secret: await read("client_secret") };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Signs the person in as the application does: in a browser, then at the token endpoint. */
async function signIn(
  sentinel: Sentinel,
  client: Credentials,
  person: PersonName,
  redirect_uri: string,
  scope: string,
) {
  const { verifier, challenge } = newVerifier();
  const browser = openBrowser(sentinel);
  const proof = { code_challenge: challenge, code_challenge_method: "S256" };
  const asked = {
    client_id: client.id,
    redirect_uri,
    response_type: "code",
    scope,
    state: "of-this-browser",
    ...proof,
  };
  const { username, password } = people[person];
  const page = await browser.open(`/oauth/authorize?${new URLSearchParams(asked)}`);
  const { path } = await browser.submit(page, "/signin", { username, password });
  const answer = new URL(path);
  assert.equal(answer.origin + answer.pathname, redirect_uri);
  assert.equal(answer.searchParams.get("state"), "of-this-browser");
  const code = answer.searchParams.get("code")!;
  const form = { grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri };
  const response = await sentinel.fetch("/oauth/token", { form, headers: basic(client) });
  assert.equal(response.status, 200);
  return { ...await response.json() as { access_token: string; id_token: string }, browser };
}

test("the Grafana of compose.yaml gives its roles as Sentinel gives its own", async (sentinel, clients) => {
  const settings = services.grafana!.environment;
  const oauth = (name: string) => settings[`GF_AUTH_GENERIC_OAUTH_${name}`]!;
  const redirectUri = `${settings.GF_SERVER_ROOT_URL}/login/generic_oauth`;
  assert.deepEqual(
    ["AUTH_URL", "TOKEN_URL", "API_URL"].map(oauth),
    [`${issuer}/oauth/authorize`, "http://sentinel:8000/oauth/token", "http://sentinel:8000/oauth/userinfo"],
  );
  for (const [person, role] of [["ada", "GrafanaAdmin"], ["grace", "Viewer"]] as const) {
    const tokens = await signIn(sentinel, clients["grafana-client"]!, person, redirectUri, oauth("SCOPES"));
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    const answered = await (await sentinel.fetch("/oauth/userinfo", { headers })).json();
    for (const claims of [decodeJwt(tokens.id_token), answered]) { // Grafana looks into both
      assert.equal(search(claims, oauth("ROLE_ATTRIBUTE_PATH")), role);
      assert.equal(search(claims, oauth("LOGIN_ATTRIBUTE_PATH")), people[person].username);
      assert.equal(claims.email, people[person].email, "Grafana refuses users without one");
    }
    const out = new URL(oauth("SIGNOUT_REDIRECT_URL"));
    out.searchParams.set("id_token_hint", tokens.id_token);
    const { path } = await tokens.browser.open(out.pathname + out.search);
    assert.equal(path, `${settings.GF_SERVER_ROOT_URL}/login`);
  }
});

test("the pgAdmin of compose.yaml lets the administrators of Sentinel in", async (sentinel, clients) => {
  const [provider] = JSON.parse(
    services.pgadmin!.environment.PGADMIN_CONFIG_OAUTH2_CONFIG!
      .replaceAll(/open\('\/run\/client\/(\w+)'\)\.read\(\)/g, "'$1'").replaceAll("'", '"'),
  );
  assert.deepEqual([provider.OAUTH2_CLIENT_ID, provider.OAUTH2_CLIENT_SECRET], ["client_id", "client_secret"]);
  const discovery = new URL(provider.OAUTH2_SERVER_METADATA_URL);
  assert.equal(discovery.origin, issuer);
  assert.equal((await (await sentinel.fetch(discovery.pathname)).json()).issuer, issuer);
  for (const host of ["127.0.0.1", "localhost"]) {
    for (const [person, isLetIn] of [["ada", true], ["grace", false]] as const) {
      const redirectUri = `http://${host}:5050/oauth2/authorize`;
      const { id_token } = await signIn(
        sentinel,
        clients["pgadmin-client"]!,
        person,
        redirectUri,
        provider.OAUTH2_SCOPE,
      );
      const claims = decodeJwt(id_token);
      assert.equal(claims[provider.OAUTH2_USERNAME_CLAIM], people[person].username);
      const [[claim, wanted]] = Object.entries(provider.OAUTH2_ADDITIONAL_CLAIMS) as [[string, string[]]];
      assert.equal((claims[claim] as string[]).some((value) => wanted.includes(value)), isLetIn);
    }
  }
});

Deno.test("compose.yaml shows no secret of an application, and each one's files only to itself", () => {
  const mounts = Object.entries(parse(text, { merge: true }).services as Record<string, { volumes?: string[] }>)
    .flatMap(([name, { volumes = [] }]) =>
      volumes.filter((volume) => /^(grafana|pgadmin)-client:/.test(volume)).map((volume) => `${name} ${volume}`)
    );
  assert.deepEqual(mounts, [
    "secrets grafana-client:/grafana-client",
    "secrets pgadmin-client:/pgadmin-client",
    "grafana-client grafana-client:/data/client",
    "pgadmin-client pgadmin-client:/data/client",
    "grafana grafana-client:/run/client:ro",
    "pgadmin pgadmin-client:/run/client:ro",
  ]);
  assert.doesNotMatch(text, /snt_/);
});
