import assert from "node:assert/strict";
import { runCommand, settingsBeside } from "../../testing/commands.ts";
import { startSentinel, testOnPostgres } from "../../testing/harness.ts";
import { localActor } from "../../vocabulary/actor.ts";
import { until } from "../../testing/servers/process.ts";

const sentinel = await startSentinel();
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
await sentinel.settled("grace");

const key = (...args: string[]) => runCommand(["key", ...args], { env: settingsBeside(sentinel) });
const status = async (text: string) => (await sentinel.fetch("/users/me", { headers: { "x-api-key": text } })).status;

testOnPostgres("key create prints the key and nothing else, and the server takes it", async () => {
  const { code, out, err } = await key("create", "grace", "--name", "prometheus", "--scope", "users:read");
  assert.deepEqual([code, err, out.length], [0, [], 1]);
  assert.match(out[0]!, /^snt_pat_[0-9A-Za-z]{71}$/);
  assert.equal(await status(out[0]!), 200);
});

testOnPostgres("key list shows a user's keys, and as JSON what the API shows; neither shows a secret", async () => {
  const [secret] = (await key("create", "grace", "--name", "listed", "--until", "2027-01-31T18:00:00Z")).out;
  const { out } = await key("list", "Grace@Example.com");
  assert.match(out[0]!, /^\S{36}\tlisted\t-\t2027-01-31T18:00:00.000Z\tnever\tactive$/);
  const asJson = (await key("list", "grace", "--json")).out.join("\n");
  assert.equal(JSON.parse(asJson).items[0].secrets[0].hint, secret!.slice(-4));
  for (const text of [out.join(), asJson]) assert.ok(!text.includes(secret!.slice(8, 60)));
});

testOnPostgres("key rotate prints a second secret, and key revoke ends both on a server that is running", async () => {
  const created = JSON.parse((await key("create", "grace", "--name", "rotated", "--json")).out.join("\n"));
  const rotated = await key("rotate", created.id, "--overlap", "1");
  assert.deepEqual([await status(created.key), await status(rotated.out[0]!)], [200, 200]);
  const revoked = await key("revoke", created.id);
  assert.deepEqual([revoked.code, revoked.out], [0, [`Revoked API key ${created.id}.`]]);
  for (const text of [created.key, rotated.out[0]!]) {
    await until("it is refused", async () => await status(text) === 401);
  }
});

testOnPostgres("key create and key list with --service-account are about a service account", async () => {
  await sentinel.serviceAccounts.create({ name: "nightly", description: "", roles: [] }, localActor);
  const { out } = await key("create", "nightly", "--service-account", "--name", "of the account");
  assert.match(out[0]!, /^snt_svc_[0-9A-Za-z]{71}$/);
  assert.equal(await status(out[0]!), 200);
  const [id, name] = (await key("list", "nightly", "--service-account")).out[0]!.split("\t");
  assert.equal(name, "of the account");
  const rotated = (await key("rotate", id!)).out[0]!;
  assert.match(rotated, /^snt_svc_/);
  assert.equal((await key("revoke", id!)).code, 0);
  for (const text of [out[0]!, rotated]) await until("it is refused", async () => await status(text) === 401);
});

testOnPostgres("key says what is wrong, and changes nothing", async () => {
  const wrong: [string[], number, RegExp][] = [
    [["create", "grace"], 2, /--name/],
    [["create", "nobody-else", "--name", "x"], 1, /no such user/],
    [["create", "grace", "--name", "x", "--scope", "no:where"], 1, /no permission/],
    [["create", "grace", "--name", "x", "--until", "2020-01-01T00:00:00Z"], 1, /future/],
    [["rotate", crypto.randomUUID()], 1, /no such API key/i],
    [["rotate", crypto.randomUUID(), "--overlap", "721"], 2, /720/],
    [["revoke", "not-an-id"], 1, /./],
  ];
  for (const [args, code, said] of wrong) {
    const outcome = await key(...args);
    assert.deepEqual([outcome.code, outcome.out], [code, []], args.join(" "));
    assert.match(outcome.err.join("\n"), said, args.join(" "));
  }
});
