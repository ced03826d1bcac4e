import assert from "node:assert/strict";
import { hasPostgres, startPostgres } from "../../testing/servers/postgres_cluster.ts";
import { type ServeProcess, startServe, until } from "../../testing/servers/process.ts";
import { type Script, startSmtpServer, type TakenMail } from "../../testing/mail/smtp_server.ts";
import { roundsOr } from "../../testing/rounds.ts";
import { createLedger } from "../../testing/traffic/ledger.ts";
import { load, logIn } from "../../testing/traffic/serve_traffic.ts";
import { parallelMax } from "../../delivery/outbox/outbox.ts";

const kills = roundsOr(3);
const secret = Uint8Array.from({ length: 32 }, (_, i) => 7 + i).toBase64();

const stack = new AsyncDisposableStack();
Deno.test.afterAll(() => stack.disposeAsync());
const postgres = hasPostgres ? stack.use(await startPostgres({ settings: { max_connections: 60 } })) : undefined!;

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, ignore: !hasPostgres, sanitizeOps: false, sanitizeResources: false });
}

const sql = async <Row>(text: string): Promise<Row[]> => {
  await using client = await postgres.session();
  await client.query("set search_path to sentinel");
  return (await client.query(text)).rows;
};

/** A replica that mails to this server. */
const serveTo = (smtp: { url: string }) =>
  startServe({
    env: {
      DATABASE_URL: postgres.url(),
      SENTINEL_SECRET: secret,
      SENTINEL_PUBLIC_URL: "http://localhost:8000",
      SENTINEL_SMTP_URL: smtp.url,
      SENTINEL_MAIL_FROM: "auth@example.com",
      SENTINEL_EMAIL_VERIFICATION: "required",
      SENTINEL_PASSWORD_HASH: "bcrypt",
      SENTINEL_BCRYPT_COST: "10",
    },
  });

const messageIdOf = ({ source }: TakenMail) => /^Message-ID: (<.+>)$/m.exec(source)![1]!;
const waiting = async () =>
  (await sql<{ count: number }>("select count(*)::int from outbox where done_at is null"))[0]!.count;

/** As if a minute had passed since the processes were killed, whose last statements may still run. */
async function endLease(): Promise<void> {
  await until(
    "their connections are gone",
    async () =>
      (await sql("select from pg_stat_activity where usename = 'sentinel' and application_name <> 'test'")).length ===
        0,
  );
  await makeDue();
}

const makeDue = () => sql("update outbox set next_attempt_at = next_attempt_at - interval '61 s' where attempts > 0");

/** Statements of this kind on this row of the outbox wait until the disposal. */
async function holdUp(statement: "insert" | "update of done_at") {
  await using opening = new AsyncDisposableStack();
  const client = opening.use(await postgres.session());
  await client.query("select pg_advisory_lock(43)");
  await sql(`create or replace function hold_up() returns trigger language plpgsql as $$
    begin perform pg_advisory_xact_lock(43); return new; end $$`);
  await sql(
    `create trigger hold_up before ${statement} on outbox for each row execute function sentinel.hold_up()`,
  );
  const held = opening.move();
  return {
    isReached: () =>
      until("a statement waits", async () => {
        const [row] = await sql<{ count: number }>(
          "select count(*)::int from pg_locks where locktype = 'advisory' and not granted",
        );
        return row!.count > 0;
      }),
    /** The statements that wait end with their connections, as the cut that the server notices first. */
    lose: () => sql("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and not granted"),
    async [Symbol.asyncDispose]() {
      await held.disposeAsync();
      await until("those that waited are gone", async () => {
        const [row] = await sql<{ count: number }>(
          "select count(*)::int from pg_locks where locktype = 'advisory' and objid = 43",
        );
        return row!.count === 0;
      });
      await sql("drop trigger hold_up on outbox");
    },
  };
}

async function kill(serve: ServeProcess): Promise<void> {
  serve.signal("SIGKILL");
  assert.equal((await serve.exit).signal, "SIGKILL");
}

/** A mail server, and what it has taken for the first user of the ledger. */
async function withMail(script: Script) {
  const smtp = await startSmtpServer(script);
  const ledger = createLedger();
  return {
    smtp,
    ledger,
    mails: () => smtp.mails.filter(({ to }) => to[0] === ledger.acknowledged()[0]?.email),
    [Symbol.asyncDispose]: () => smtp[Symbol.asyncDispose](),
  };
}

test("F43 kill -9 between the claim of a mail and its sending: it is sent once, after the lease", async () => {
  await using setup = await withMail({ banner: "hang" });
  const { smtp, ledger, mails } = setup;
  await using first = await serveTo(smtp);
  assert.equal(await ledger.register(first.fetch), 201);
  await until("it is claimed", async () => (await sql("select from outbox where attempts = 1")).length === 1);
  await kill(first);
  delete smtp.script.banner;
  await using second = await serveTo(smtp);
  await until(
    "the second one looks for mails",
    async () => await second.metric('sentinel_outbox_rows{kind="mail",state="waiting"}') === 1,
  );
  assert.deepEqual(mails(), []);
  await makeDue();
  await until("it is marked", async () => await waiting() === 0);
  assert.equal(mails().length, 1);
});

test("F43 kill -9 between sending and marking: the mail comes twice, with one Message-ID and one link", async () => {
  await using setup = await withMail({});
  const { smtp, ledger, mails } = setup;
  {
    await using first = await serveTo(smtp);
    await using hold = await holdUp("update of done_at");
    assert.equal(await ledger.register(first.fetch), 201);
    await hold.isReached();
    await kill(first);
    await hold.lose();
  }
  assert.equal(mails().length, 1);
  await endLease();
  await using second = await serveTo(smtp);
  await until("it is marked", async () => await waiting() === 0);
  const [one, again, ...more] = mails();
  assert.deepEqual(more, []);
  assert.equal(messageIdOf(again!), messageIdOf(one!));
  const linkOf = ({ source }: TakenMail) => /ticket=3D([\w.=\n~-]+)/.exec(source)?.[1];
  assert.ok(linkOf(one!));
  assert.equal(linkOf(again!), linkOf(one!));
  assert.equal(second.isOver(), false);
});

test("F43 kill -9 within the transaction of a change: neither the change nor its mail is there", async () => {
  await using setup = await withMail({});
  const { smtp, ledger, mails } = setup;
  await using first = await serveTo(smtp);
  assert.equal(await ledger.register(first.fetch), 201);
  await until("it is mailed", async () => await waiting() === 0);
  await sql("update users set email_verified_at = now()");
  const person = ledger.acknowledged()[0]!;
  const { access_token } = await logIn(first, person);
  const change = (serve: ServeProcess) =>
    serve.fetch("/users/me/password", {
      method: "PUT",
      headers: { authorization: `Bearer ${access_token}`, "content-type": "application/json" },
      body: JSON.stringify({ current_password: person.password, new_password: "another long enough password" }),
    });
  const before = mails().length;
  {
    await using hold = await holdUp("insert");
    const changing = change(first).then(() => "answered", () => "cut off");
    await hold.isReached();
    await kill(first);
    assert.equal(await changing, "cut off");
  }
  assert.equal(await waiting(), 0);
  await using second = await serveTo(smtp);
  await logIn(second, person);
  assert.equal(mails().length, before);
  assert.equal((await change(second)).status, 204);
  await until("it is mailed", async () => await waiting() === 0 && mails().length > before);
  assert.equal(mails().length, before + 1);
});

test("F43 kill -9 of replicas under load: every user that was registered gets a mail, under one Message-ID each", async () => {
  await using smtp = await startSmtpServer();
  const ledger = createLedger();
  for (let round = 0; round < kills; round++) {
    await using killed = await serveTo(smtp);
    await using other = await serveTo(smtp);
    const goal = ledger.acknowledged().length + 30;
    const [half, enough] = [goal - 15, () => ledger.acknowledged().length >= goal];
    await load(4, async () => {
      await ledger.register(killed.isOver() ? other.fetch : killed.fetch);
      if (!killed.isOver() && ledger.acknowledged().length >= half) killed.signal("SIGKILL");
    }, enough);
    await kill(other);
  }
  await endLease();
  await using last = await serveTo(smtp);
  await until("nothing waits", async () => await waiting() === 0);
  assert.equal(last.isOver(), false);
  assert.deepEqual(await sql("select from outbox where dead_at is not null"), []);
  const idsOf = Map.groupBy(smtp.mails, ({ to }) => to[0]!);
  for (const { email } of ledger.acknowledged()) {
    assert.equal(new Set(idsOf.get(email)?.map(messageIdOf)).size, 1, `${email} has its mail`);
  }
  const twice = smtp.mails.length - idsOf.size;
  assert.ok(twice <= 2 * kills * parallelMax, `${twice} more mails`);
  console.log(`${smtp.mails.length} mails to ${idsOf.size} users, after ${2 * kills} kills`);
});
