import assert from "node:assert/strict";
import { createSecretPrompt } from "./secret_prompt.ts";

const question = "Password: ";

/** A terminal at which these chunks are typed, and then the input ends. */
function terminal(...chunks: (string | Uint8Array)[]) {
  const pending = chunks.map((chunk) => typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
  const seen = { raw: [] as boolean[], shown: "" };
  const input = {
    setRaw: (raw: boolean) => void seen.raw.push(raw),
    read(buffer: Uint8Array) {
      const chunk = pending.shift();
      if (chunk) buffer.set(chunk);
      return Promise.resolve(chunk ? chunk.length : null);
    },
  };
  return { ask: createSecretPrompt(input, (text) => void (seen.shown += text)), seen };
}

Deno.test("secretPrompt returns the line and shows nothing of it", async () => {
  const { ask, seen } = terminal("odys", "seus", "\r");
  assert.equal(await ask(question), "odysseus");
  assert.equal(seen.shown, `${question}\n`);
  assert.deepEqual(seen.raw, [true, false]);
});

Deno.test("secretPrompt keeps what was typed early for the next question", async () => {
  const { ask } = terminal("one\r\ntwo\nthr", "ee\r");
  assert.deepEqual([await ask(question), await ask(question), await ask(question)], ["one", "two", "three"]);
});

Deno.test("secretPrompt joins a character that arrives in pieces", async () => {
  const [first, ...rest] = new TextEncoder().encode("é\r");
  assert.equal(await terminal(Uint8Array.of(first!), Uint8Array.from(rest)).ask(question), "é");
});

Deno.test("secretPrompt erases by character and by line, and ignores keys that are no text", async () => {
  assert.equal(await terminal("ad😀\x7fa\bxa\x7f\x7fa\r").ask(question), "ada");
  assert.equal(await terminal("\x7f\x7fwrong\x15ada\r").ask(question), "ada");
  assert.equal(await terminal("ad", "\x1b[D", "\x1bOA", "\t\x01", "a\r").ask(question), "ada");
});

Deno.test("secretPrompt returns undefined after Ctrl-C, Ctrl-D on an empty line, or the end of input", async () => {
  for (const chunks of [["secret\x03more\r"], ["\x04"], ["secret"], []]) {
    const { ask, seen } = terminal(...chunks);
    assert.equal(await ask(question), undefined);
    assert.deepEqual(seen.raw, [true, false]);
  }
});

Deno.test("secretPrompt restores the echo of the terminal when reading fails", async () => {
  const raw: boolean[] = [];
  const input = { setRaw: (on: boolean) => void raw.push(on), read: () => Promise.reject(new Error("gone")) };
  await assert.rejects(createSecretPrompt(input, () => {})(question), /gone/);
  assert.deepEqual(raw, [true, false]);
});
