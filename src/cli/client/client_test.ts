import assert from "node:assert/strict";
import { runCommand, settingsBeside } from "../../testing/commands.ts";
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
  assert.match(await run("client", "list"), new RegExp(`^${client.id}\tbackup\tusers:read\t-\tactive$`, "m"));
});

testOnPostgres("resource create registers an API, for which a client gets tokens", async () => {
  const uri = "https://api.example.com";
  const said = await run("resource", "create", uri, "--name", "Documents", "--scope", "documents:read", "--ttl", "60");
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
