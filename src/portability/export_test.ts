import assert from "node:assert/strict";
import { migrations } from "../compose/migrations.ts";
import { startSentinel, test, testOnPostgres, testSecret } from "../testing/harness.ts";
import { newcomer } from "../testing/people/people.ts";
import { createSecrets } from "../vocabulary/secrets.ts";
import { openText } from "../platform/text/sealed_text.ts";
import { createExport } from "./export.ts";

const sentinel = await startSentinel({ lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());
const recipient = createSecrets(new Uint8Array(32).fill(5));

/** The rows of an export by kind. `written` is called with each piece while the export is written. */
async function exported(written: (lines: string) => void | Promise<void> = () => {}) {
  const { db, secrets, sealer, checkpoints } = sentinel;
  const schema = migrations.at(-1)!.name;
  const lines: string[] = [];
  await createExport({ db, secrets, sealer, checkpoints, schema, version: "0" }).write(recipient, async (text) => {
    lines.push(...text.split("\n").filter(Boolean));
    await written(text);
  });
  const rows = lines.map((line) => Object.entries(JSON.parse(line))[0]! as [string, Record<string, unknown>]);
  return (kind: string) => rows.filter(([name]) => name === kind).map(([, row]) => row);
}

test("X69 an export has no private part of a retired key, whatever secret it was encrypted with", async () => {
  const { keys } = sentinel;
  const [first] = (await keys.list()).filter(({ state }) => state === "active");
  await keys.rotate({ force: true });
  await keys.retire(first!.kid);
  const all = (await exported())("signing_key");
  const retired = all.filter(({ state }) => state === "retired");
  assert.deepEqual(retired.map(({ kid, private_key }) => [kid, private_key]), [[first!.kid, "\\x"]]);
  for (const { kid, private_key, secret_id } of all.filter(({ state }) => state !== "retired")) {
    assert.equal(secret_id, recipient.id);
    const sealed = Uint8Array.fromHex((private_key as string).slice(2));
    assert.match(openText(recipient.subkey("keys"), kid as string, sealed), /"d":/);
    assert.throws(() => openText(createSecrets(testSecret).subkey("keys"), kid as string, sealed));
  }
});

testOnPostgres("X69 an export is one snapshot: it has nothing of what is committed while it is written", async () => {
  await sentinel.settled("grace");
  const before = (await exported())("user").length;
  let meanwhile: string | undefined;
  const rows = await exported(async (text) => {
    if (meanwhile || !text.startsWith('{"user"')) return;
    meanwhile = "made";
    meanwhile = (await newcomer(sentinel, { roles: ["user"] })).id;
  });
  assert.ok(meanwhile && meanwhile !== "made", "somebody came meanwhile");
  assert.equal(rows("user").length, before);
  assert.ok(!JSON.stringify(rows("grant")).includes(meanwhile), "no grant without its user");
  assert.ok(JSON.stringify((await exported())("user")).includes(meanwhile), "the next export has them");
});
