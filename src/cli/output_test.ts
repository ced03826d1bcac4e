import assert from "node:assert/strict";
import { createOutput } from "./output.ts";

type Role = { name: string; permissions: string[] };

const columns = {
  ROLE: ({ name }: Role) => name,
  PERMISSIONS: ({ permissions }: Role) => permissions.join(",") || "-",
};
const viewer: Role = { name: "viewer", permissions: ["films:watch", "films:list"] };
const admin: Role = { name: "admin", permissions: [] };

function output({ json = false, isTerminal = false }) {
  const lines: string[] = [];
  const io = {
    out: (line: string) => void lines.push(line),
    err: () => {},
    isTerminal,
    stdin: () => Promise.resolve(""),
    stdinStream: () => new Blob([]).stream(),
    env: {},
  };
  return { out: createOutput(io, { json }), lines };
}

Deno.test("X45 a list on a terminal has headers, and columns as wide as their widest cell", async () => {
  const { out, lines } = output({ isTerminal: true });
  await out.list([admin, viewer], { columns });
  assert.deepEqual(lines, ["ROLE    PERMISSIONS", "admin   -", "viewer  films:watch,films:list"]);
});

Deno.test("X45 an empty list is only its headers on a terminal, and nothing elsewhere", async () => {
  const [terminal, pipe] = [output({ isTerminal: true }), output({})];
  for (const { out } of [terminal, pipe]) await out.list([], { columns });
  assert.deepEqual([terminal.lines, pipe.lines], [["ROLE  PERMISSIONS"], []]);
});

Deno.test("a list through a pipe has one line per item, cells separated by tabs, and no header", async () => {
  const { out, lines } = output({});
  await out.list([admin, viewer], { columns });
  assert.deepEqual(lines, ["admin\t-", "viewer\tfilms:watch,films:list"]);
});

Deno.test("a long list is printed while it arrives, each item once and in order", async () => {
  const { out, lines } = output({ isTerminal: true });
  async function* many() {
    for (let i = 0; i < 1_000; i++) {
      if (i === 900) assert.ok(lines.length > 500, "it does not wait for the end");
      yield await Promise.resolve({ name: `r${i}`, permissions: [] });
    }
  }
  await out.list(many(), { columns });
  assert.equal(lines.length, 1_001);
  assert.deepEqual(lines.slice(1).map((line) => line.split(" ")[0]), Array.from({ length: 1_000 }, (_, i) => `r${i}`));
});

Deno.test("X45 a list in JSON is one document with any number of items and further members", async () => {
  for (const roles of [[], [admin], [admin, viewer, admin]]) {
    const { out, lines } = output({ json: true, isTerminal: true });
    await out.list(roles, { columns });
    assert.deepEqual(JSON.parse(lines.join("\n")), { items: roles });
    assert.equal(lines.length, roles.length + 2);
  }
  const { out, lines } = output({ json: true });
  await out.list([admin], { columns, shown: ({ name }) => ({ name }), beside: { ok: true } });
  assert.deepEqual(JSON.parse(lines.join("\n")), { items: [{ name: "admin" }], ok: true });
});

Deno.test("a failure in JSON is a document, but never after the beginning of another one", async () => {
  const { out, lines } = output({ json: true });
  out.failed({ code: "failed", detail: "x" });
  assert.deepEqual(lines.map((line) => JSON.parse(line)), [{ error: { code: "failed", detail: "x" } }]);
  const broken = output({ json: true });
  async function* failing() {
    yield await Promise.resolve(admin);
    throw new Error("gone");
  }
  await assert.rejects(broken.out.list(failing(), { columns }));
  broken.out.failed({ code: "failed", detail: "gone" });
  assert.deepEqual(broken.lines, ['{"items": [']);
  const sentences = output({});
  sentences.out.failed({ code: "failed", detail: "x" });
  assert.deepEqual(sentences.lines, []);
});

Deno.test("no output controls a terminal: control characters and changes of direction are escaped", async () => {
  const hostile = { name: "a\u001b[2J\tb\u202ec\u2066\u2028\u009bd\n", permissions: [] };
  for (const isTerminal of [true, false]) {
    const { out, lines } = output({ isTerminal });
    await out.list([hostile], { columns: { ROLE: columns.ROLE } });
    assert.equal(lines.at(-1), "a\\u001b[2J\\u0009b\\u202ec\\u2066\\u2028\\u009bd\\u000a");
  }
  const { out, lines } = output({ json: true });
  out.done("", hostile);
  assert.doesNotMatch(lines[0]!, /[\p{Cc}\u202e\u2066]/u);
  assert.deepEqual(JSON.parse(lines[0]!), hostile);
});
