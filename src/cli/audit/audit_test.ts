import assert from "node:assert/strict";
import { type Sentinel, startSentinel, testOnPostgres } from "../../testing/harness.ts";
import { runCommand, settingsBeside } from "../../testing/commands.ts";

type Audit = (args: string[], stdin?: string) => ReturnType<typeof runCommand>;

/** A test beside a server whose log has six sealed events. */
function test(name: string, fn: (audit: Audit, sentinel: Sentinel) => Promise<void>): void {
  testOnPostgres(name, async () => {
    await using sentinel = await startSentinel();
    await sentinel.tokenOf("ada");
    await sentinel.tokenOf("grace");
    await sentinel.sealer.seal();
    const env = settingsBeside(sentinel);
    await fn((args, stdin) => runCommand(["audit", ...args], { env, ...(stdin && { stdin }) }), sentinel);
  });
}

const hash = "[0-9a-f]{64}";

test("audit verify passes an unchanged log, as text and as JSON", async (audit) => {
  const { code, out, err } = await audit(["verify"]);
  assert.deepEqual([code, err], [0, []]);
  assert.match(out.join("\n"), new RegExp(`^6 events are unchanged since they were sealed, up to 6 \\(${hash}\\)\\.`));
  const json = await audit(["verify", "--json"]);
  const { hash: head, checkpoints: _, ...proof } = JSON.parse(json.out.join("\n"));
  assert.match(head, new RegExp(`^${hash}$`));
  assert.deepEqual(proof, { valid: true, events: 6, erased: 0, unsealed: 0, seq: 6 });
  assert.equal(JSON.parse((await audit(["verify", "--from", "5", "--json"])).out[0]!).events, 1);
});

test(
  "T302 audit verify detects a truncated log by a checkpoint, from a file or standard input",
  async (audit, sentinel) => {
    const made = await audit(["checkpoint"]);
    assert.deepEqual([made.code, made.out.length, made.err], [0, 1, []]);
    assert.deepEqual((await audit(["checkpoint"])).out, made.out, "nothing new, nothing made");
    const file = await Deno.makeTempFile();
    await Deno.writeTextFile(file, made.out[0]! + "\n");
    assert.equal((await audit(["verify", "--checkpoint", file])).code, 0);
    assert.equal((await audit(["verify", "--checkpoint", "-"], made.out[0])).code, 0);
    await Deno.writeTextFile(file, `\ufeff${made.out[0]}\r\n`);
    assert.equal((await audit(["verify", "--checkpoint", file])).code, 0, "X18 with a byte-order mark");

    await sentinel.db.query(
      "cut",
      `alter table audit_events disable trigger user; alter table audit_checkpoints disable trigger user;
     delete from audit_events where seq = 6; delete from audit_checkpoints`,
    );
    for (
      const cut of [
        await audit(["verify", "--checkpoint", file]),
        await audit(["verify", "--checkpoint", "-"], made.out[0]),
      ]
    ) {
      assert.equal(cut.code, 1);
      assert.match(
        cut.out.join("\n"),
        /^Checkpoint \d+, of event 6: The checkpoint confirms events that are missing\.$/,
      );
    }
    await Deno.remove(file);
  },
);

test("T302 audit verify names the first changed row and exits 1", async (audit, sentinel) => {
  await sentinel.db.query("disarm", "alter table audit_events disable trigger user");
  const [row] = await sentinel.db.query<{ id: string }>(
    "edit",
    "update audit_events set outcome = 'failure' where seq = 2 returning id",
  );
  const { code, out } = await audit(["verify"]);
  assert.deepEqual([code, out], [1, [`Event 2 (${row!.id}): This event is not the one that was sealed.`]]);
  const json = await audit(["verify", "--json"]);
  assert.equal(json.code, 1);
  assert.deepEqual(JSON.parse(json.out[0]!), { valid: false, code: "event_changed", seq: 2, event_id: row!.id });
});

test("audit verify refuses a file that is not a checkpoint, and does not repeat its content", async (audit) => {
  const strangers = ["canary-x", "{}", "[]", JSON.stringify({ number: 1, seq: 1, canary: 1 })];
  for (const text of strangers) {
    const { code, out, err } = await audit(["verify", "--checkpoint", "-"], text);
    assert.deepEqual([code, out, err], [1, [], [
      'error: The file is not a checkpoint. Use the output of "sentinel audit checkpoint".',
    ]]);
  }
  const { code, err } = await audit(["verify", "--checkpoint", "/nowhere/canary"]);
  assert.deepEqual([code, err], [1, [
    "error: The checkpoint cannot be read. To read it from standard input, use --checkpoint -",
  ]]);
});

test(
  "X98 audit expire-details deletes details older than so many days, and audit verify reports it",
  async (audit, sentinel) => {
    for (const days of ["0", "-1", "1.5", "x", "", "100000"]) {
      const { code, err } = await audit(["expire-details", `--older-than=${days}`]);
      assert.equal(code, 2, err.join());
    }
    assert.equal((await audit(["expire-details"])).code, 2);
    const none = await audit(["expire-details", "--older-than", "1"]);
    assert.deepEqual([none.code, none.out], [0, [
      "Deleted the details of 0 events. No details have expired.",
    ]]);

    await sentinel.db.transaction((tx) =>
      tx.query(
        "age",
        `do $$ begin
         alter table audit_events disable trigger user;
         alter table audit_checkpoints disable trigger user;
         delete from audit_checkpoints;
         update audit_events set seq = null, hash = null, occurred_at = occurred_at - interval '2 days';
         alter table audit_events enable trigger user;
         alter table audit_checkpoints enable trigger user;
       end $$`,
      )
    );
    await sentinel.sealer.seal();
    const some = await audit(["expire-details", "--older-than", "1"]);
    assert.match(
      some.out.join("\n"),
      /^Deleted the details of \d+ events\. The details of all events up to 6 have expired\.$/,
    );
    const { code, out } = await audit(["verify"]);
    assert.equal(code, 0);
    assert.match(
      out.join("\n"),
      /^7 events .*\n0 of them .*\n6 of them have no details because these have expired\.\n/,
    );
  },
);

test("audit check proves one event from a saved file, without a database", async (audit, sentinel) => {
  await sentinel.checkpoints.make();
  const [event] = await sentinel.db.query<{ id: string }>("event", "select id from audit_events where seq = 2");
  const proof = JSON.stringify(await sentinel.eventProofs.prove(event!.id));
  const { code, out } = await audit(["check", "-"], proof);
  assert.equal(code, 0);
  assert.match(
    out.join("\n"),
    /^Event 2, \S+ at \S+Z, is in the chain that checkpoint 6 confirms\.\nSigned with the key [0-9a-f]{64}\.$/,
  );
  const edited = await audit(["check", "-"], proof.replace("success", "failure"));
  assert.deepEqual([edited.code, edited.out], [1, ["The row of the event does not have the hash of the proof."]]);
  const stranger = await audit(["check", "-"], "{}");
  assert.deepEqual([stranger.code, stranger.err], [1, [
    "error: The file is not a complete proof. Download it from the console, or from the API.",
  ]]);
});
