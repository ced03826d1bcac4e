import assert from "node:assert/strict";
import { startSentinel, test } from "../testing/harness.ts";
import { mailboxOn, mailsTo, mailTo, ticketOf } from "../testing/mail/mailbox.ts";
import { localActor } from "../vocabulary/actor.ts";

const sentinel = await startSentinel({ settings: { ...mailboxOn, SENTINEL_RATE_LIMIT: "on" }, lasting: false });
Deno.test.afterAll(() => sentinel[Symbol.asyncDispose]());

async function person() {
  const email = `u${crypto.randomUUID().slice(0, 13)}@example.com`;
  await sentinel.registrations.create({ email, password: "seven seas and one harbour" }, ["user"], localActor);
  return email;
}

/** Asks so often for a mail to this address, each time from another network, and returns what was answered. */
async function answersTo(path: string, email: string, times: number): Promise<(string | number)[]> {
  const answers = [];
  for (let i = 0; i < times; i++) {
    const answer = await sentinel.fetch(path, { json: { email }, peer: `198.51.${i}.7` });
    answers.push(
      answer.status,
      (await answer.text()).replace(/snt_mf_[\w.~-]+/, "").replace(/"request_id":"[^"]*"/, ""),
    );
  }
  return answers;
}

test("T119 of a hundred requests for one mailbox from anywhere five mail, and its owner cannot be told from nobody", async () => {
  const [known, unknown] = [await person(), `${crypto.randomUUID()}@example.com`];
  const answers = await answersTo("/password-reset", known, 100);
  assert.deepEqual(answers, await answersTo("/password-reset", unknown, 100));
  assert.equal(answers.filter((each) => each === 202).length, 5);
  assert.equal(answers.filter((each) => each === 429).length, 95);
  await sentinel.fetch("/email-verification", { json: { email: known }, peer: "203.0.113.1" });
  assert.equal((await mailsTo(sentinel, known)).filter(({ letter }) => letter !== "password_reset").length, 0);
  assert.ok((await mailsTo(sentinel, known)).length <= 5);
});

test("T119 from one network twenty mails are asked for, to whichever mailboxes", async () => {
  const statuses = [];
  for (let i = 0; i < 22; i++) {
    const json = { email: `${crypto.randomUUID()}@example.com` };
    statuses.push((await sentinel.fetch("/email-verification", { json, peer: "192.0.2.9" })).status);
  }
  assert.deepEqual(statuses, [...Array(20).fill(202), 429, 429]);
});

test("T091 T189 wrong codes are answered alike for a mailbox of an account and for any other, however many there are", async () => {
  const [known, unknown] = [await person(), `${crypto.randomUUID()}@example.com`];
  const answers: unknown[][] = [];
  for (const email of [known, unknown]) {
    const asked = await sentinel.fetch("/email-verification", { json: { email }, peer: "203.0.113.77" });
    const { flow } = await asked.json();
    const statuses = [];
    for (let i = 0; i < 30; i++) {
      const answer = await sentinel.fetch("/email-verification/complete", { json: { flow, code: "000000" } });
      statuses.push([answer.status, (await answer.json()).type]);
    }
    answers.push(statuses);
  }
  assert.deepEqual(answers[0], answers[1]);
  const ticket = ticketOf(await mailTo(sentinel, known));
  const proven = await sentinel.fetch("/email-verification/complete", { json: { ticket } });
  assert.equal(proven.status, 200, "the link still counts");
});
