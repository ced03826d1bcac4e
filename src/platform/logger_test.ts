import assert from "node:assert/strict";
import { createLogger, type LogFormat, type LogLevel } from "./logger.ts";

const decoder = new TextDecoder();

/** A logger that keeps its lines and batches. */
function recorder(
  { level = "debug", format = "json", traceId }: {
    level?: LogLevel;
    format?: LogFormat;
    traceId?: () => string | undefined;
  } = {},
) {
  const batches: string[] = [];
  const write = (bytes: Uint8Array) => Promise.resolve(batches.push(decoder.decode(bytes)));
  const log = createLogger({ level, format, write, traceId });
  const text = async () => {
    await log.flush();
    return batches.join("");
  };
  const lines = async () => (await text()).split("\n").slice(0, -1);
  return { log, batches, text, lines };
}

/** An output that takes a batch only when the test says so. */
function blockedSink() {
  const batches: string[] = [];
  const taking = Promise.withResolvers<void>();
  const write = (bytes: Uint8Array) => {
    batches.push(decoder.decode(bytes));
    return taking.promise;
  };
  return { batches, write, unblock: () => taking.resolve() };
}

const access = {
  request_id: "r-1",
  method: "GET",
  route: "/users/me",
  status: 200,
  duration_ms: 1.23456,
  user_id: "u-1",
};

const hostile: [what: string, value: string][] = [
  ["a forged line", 'x\n{"level":"info","msg":"all is well"}'],
  ["a forged line after a carriage return", 'x\r\n{"level":"info"}\r'],
  ["the end of its own member", '","level":"error","x":"'],
  ["ANSI escapes", "\x1b[2J\x1b[31mred\x1b[0m\x07"],
  ["ANSI escapes in one character of C1", "\u009b2J\u009d0;title\u009c\u0090q"],
  ["Unicode's line separators", "a\u2028b\u2029c\u0085d"],
  ["NUL, backspace and delete", "a\u0000b\bc\u007fd"],
  ["a lone surrogate", "a\ud83d"],
  ["a backslash at the end", "a\\"],
];

for (const [what, value] of hostile) {
  Deno.test(`T292 a JSON log keeps ${what} in one line and restores it unchanged`, async () => {
    const { log, text } = recorder();
    log.warn(value, { cause: value, after: 1 });
    const written = await text();
    assert.equal(written.split(/[\n\r\u2028\u2029\u0085]/).length, 2, "one line and what follows it");
    assert.doesNotMatch(written.slice(0, -1), /\p{Cc}/u);
    const { time: _, ...entry } = JSON.parse(written);
    assert.deepEqual(entry, { level: "warn", msg: value, cause: value, after: 1 });
  });

  Deno.test(`T292 a pretty log keeps ${what} in one line without control characters`, async () => {
    const { log, text } = recorder({ format: "pretty" });
    log.warn("something happened", { cause: value });
    const written = await text();
    assert.equal(written.split(/[\n\r\u2028\u2029\u0085]/).length, 2);
    const plain = ["\x1b[90m", "\x1b[33m", "\x1b[0m"].reduce((rest, color) => rest.replaceAll(color, ""), written);
    assert.doesNotMatch(plain.slice(0, -1), /[\p{Cc}\u2028\u2029]/u);
  });
}

Deno.test("T292 a log cuts a value of 64 kB, and one in its message", async () => {
  for (const format of ["json", "pretty"] as const) {
    const { log, lines } = recorder({ format });
    log.info("cut", { cause: "x".repeat(65_536), quoted: "\n".repeat(65_536) });
    const [line, ...more] = await lines();
    assert.deepEqual(more, []);
    assert.ok(line!.length < 4_000, `${format}: ${line!.length}`);
    assert.match(line!, /x{1024}…/);
  }
  const { log, lines } = recorder();
  log.info("x".repeat(65_536));
  assert.equal(JSON.parse((await lines())[0]!).msg, "x".repeat(1024) + "…");
});

Deno.test("a line contains time, level, message and fields, without undefined ones", async () => {
  const { log, lines } = recorder();
  log.error("failed", { status: 503, request_id: "r-1", route: undefined, user_id: null, retried: false });
  const { time, ...entry } = JSON.parse((await lines())[0]!);
  assert.equal(new Date(time).toISOString(), time);
  assert.deepEqual(entry, {
    level: "error",
    msg: "failed",
    status: 503,
    request_id: "r-1",
    user_id: null,
    retried: false,
  });
});

Deno.test("the access line is JSON with the fields of the request, and has a user only if known", async () => {
  const { log, lines } = recorder();
  log.access(access);
  log.access({ ...access, user_id: undefined });
  const [known, unknown] = (await lines()).map((line) => JSON.parse(line));
  const { time: _, ...entry } = known;
  assert.deepEqual(entry, { level: "info", msg: "request", ...access, duration_ms: 1.235 });
  assert.equal("user_id" in unknown, false);
});

Deno.test("each line contains the id of the active trace, if there is one", async () => {
  let active: string | undefined = "0af7651916cd43dd8448eb211c80319c";
  const { log, lines } = recorder({ traceId: () => active });
  log.warn("within", { cause: "c" });
  log.access(access);
  active = undefined;
  log.warn("without");
  log.access(access);
  const traces = (await lines()).map((line) => JSON.parse(line).trace_id);
  assert.deepEqual(traces, [...Array(2).fill("0af7651916cd43dd8448eb211c80319c"), undefined, undefined]);
});

Deno.test("a logger writes its level and more severe ones, and nothing else", async () => {
  const levels = ["debug", "info", "warn", "error"] as const;
  for (const [index, level] of levels.entries()) {
    const { log, lines } = recorder({ level });
    for (const each of levels) log[each](each);
    log.access(access);
    const written = (await lines()).map((line) => JSON.parse(line).msg);
    assert.deepEqual(written, [...levels.slice(index), ...(index <= 1 ? ["request"] : [])]);
  }
});

Deno.test("lines are written in batches, in their order", async () => {
  const { log, batches, lines } = recorder();
  for (let i = 0; i < 2000; i++) log.info(String(i));
  const written = (await lines()).map((line) => Number(JSON.parse(line).msg));
  assert.deepEqual(written, Array.from({ length: 2000 }, (_, i) => i));
  assert.ok(batches.length < 10, `${batches.length} batches`);
});

Deno.test("lines that are due while the sink still takes others are written after those", async () => {
  const { batches, write, unblock } = blockedSink();
  const { setTimeout: real } = globalThis;
  const due: (() => void)[] = [];
  globalThis.setTimeout = ((work: () => void) => due.push(work)) as unknown as typeof setTimeout;
  try {
    const log = createLogger({ level: "info", format: "json", write });
    log.info("first");
    due.pop()!();
    log.info("second");
    due.pop()!();
    assert.deepEqual([batches.length, due.length], [1, 0]);
    unblock();
    await new Promise((resolve) => real(resolve));
    assert.deepEqual(batches.map((batch) => JSON.parse(batch).msg), ["first", "second"]);
  } finally {
    globalThis.setTimeout = real;
  }
});

Deno.test("T292 an output that takes no lines blocks no caller: lines that do not fit are dropped and counted", async () => {
  const { batches, write, unblock } = blockedSink();
  const log = createLogger({ level: "info", format: "json", write });
  const logged = 30_000;
  for (let i = 0; i < logged; i++) log.info(String(i));
  assert.equal(batches.length, 1, "one batch is on its way, and no second is begun");
  const fits = 512 + 20_000;
  assert.equal(log.dropped(), logged - fits);

  unblock();
  await log.flush();
  const written = batches.join("").split("\n").slice(0, -1).map((line) => Number(JSON.parse(line).msg));
  assert.deepEqual(written, Array.from({ length: fits }, (_, i) => i), "the oldest are kept, whole and in order");
  log.info("again");
  await log.flush();
  assert.match(batches.at(-1)!, /"msg":"again"/);
  assert.equal(log.dropped(), logged - fits);
});

Deno.test(
  "F39 ending waits for the output for a limited time; lines that were not written are dropped and counted",
  async () => {
    const { batches, write } = blockedSink();
    const waited: number[] = [];
    const wait = (ms: number) => Promise.resolve(void waited.push(ms));
    const log = createLogger({ level: "info", format: "json", write, wait });
    for (let i = 0; i < 1_000; i++) log.info(String(i));
    await log[Symbol.asyncDispose]();
    assert.deepEqual([waited, batches.length, log.dropped()], [[2_000], 1, 1_000 - 512]);
  },
);

Deno.test("ending waits until an output that takes its lines has all of them", async () => {
  const { batches, write, unblock } = blockedSink();
  const { promise: forever } = Promise.withResolvers<void>();
  const log = createLogger({ level: "info", format: "json", write, wait: () => forever });
  for (let i = 0; i < 1_000; i++) log.info(String(i));
  const ended = log[Symbol.asyncDispose]();
  unblock();
  await ended;
  assert.deepEqual([batches.join("").split("\n").length - 1, log.dropped()], [1_000, 0]);
});

Deno.test("an output that fails loses its batch, which is counted, and no later one", async () => {
  const batches: string[] = [];
  const write = (bytes: Uint8Array) =>
    batches.push(decoder.decode(bytes)) === 1 ? Promise.reject(new Error("broken pipe")) : Promise.resolve();
  const log = createLogger({ level: "info", format: "json", write });
  log.info("first");
  await log.flush();
  log.info("second");
  await log.flush();
  assert.deepEqual(batches.map((batch) => JSON.parse(batch).msg), ["first", "second"]);
  assert.equal(log.dropped(), 1);
});

Deno.test("disposal writes the remaining lines", async () => {
  const { log, batches } = recorder();
  {
    await using _ = log;
    log.info("last words");
  }
  assert.match(batches.join(""), /last words/);
});
