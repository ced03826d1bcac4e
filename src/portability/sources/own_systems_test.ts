import assert from "node:assert/strict";
import { type Arrival, type BrokenRow, SourceError } from "./arrival.ts";
import { fromSeed } from "./own_systems.ts";
import { readPeople, type SourceKind } from "./sources.ts";
import { TextError } from "../../platform/text/text_lines.ts";

/** Reads the text, which arrives in chunks of this many bytes. */
async function read(kind: SourceKind, text: string | Uint8Array, size = 5): Promise<(Arrival | BrokenRow)[]> {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const pieces = Array.from(
    { length: Math.ceil(bytes.length / size) },
    (_, i) => bytes.slice(i * size, (i + 1) * size),
  );
  return await Array.fromAsync(readPeople(kind, ReadableStream.from(pieces), { nowMs: 0 }));
}

const ada = { username: "ada", email: "ada@example.com", password_hash: "$2b$x", roles: ["a", "b"], disabled: false };

Deno.test("csv: quotes, CRLF, a byte-order mark and columns in any order are read (RFC 4180)", async () => {
  const text =
    '\ufeffroles,"email",other,password_hash,username\r\n"A, b","ada@example.com","say ""x""\n",$2b$x,ada\r\n' +
    "\r\n,é@example.com,,h,é\r\n";
  assert.deepEqual(await read("csv", text), [
    { at: "line 3", ...ada },
    { at: "line 5", username: "é", email: "é@example.com", password_hash: "h", roles: [], disabled: false },
  ]);
});

Deno.test("csv: a row with other columns is reported by its line, and later rows are read", async () => {
  const text = "username,email,password_hash,disabled\nx,y\na,b,c,d,e\nada,ada@example.com,$2b$x,maybe\neve,e,h,yes\n";
  const rows = await read("csv", text);
  assert.deepEqual(rows.map((row) => [row.at, "broken" in row]), [
    ["line 2", true],
    ["line 3", true],
    ["line 4", true],
    ["line 5", false],
  ]);
  assert.equal((rows[3] as Arrival).disabled, true);
});

Deno.test("jsonl: each line is a user or is reported; nothing of it is repeated", async () => {
  const lines = [
    JSON.stringify(ada),
    "",
    '{"username":"secret"}',
    "secret",
    JSON.stringify({ ...ada, disabled: "no" }),
  ];
  const [first, ...rest] = await read("jsonl", lines.join("\r\n"));
  assert.deepEqual(first, { at: "line 1", ...ada });
  assert.deepEqual(rest.map(({ at }) => at), ["line 3", "line 4", "line 5"]);
  for (const row of rest) assert.ok("broken" in row && !row.broken.includes("secret"));
});

Deno.test("seed: is_active is read as PostgreSQL, Python and spreadsheets write it; an empty value means inactive", () => {
  const row = { username: "x", email: "y", hashed_password: "z" };
  const disabled = (is_active?: string | null) => {
    const person = fromSeed("id 1", is_active === undefined ? row : { ...row, is_active });
    return "broken" in person ? person.broken : person.disabled;
  };
  for (const yes of ["t", "true", "True", "1", "YES", undefined]) assert.equal(disabled(yes), false, `${yes}`);
  for (const no of ["f", "false", "0", "", null]) assert.equal(disabled(no), true, `${no}`);
  assert.equal(disabled("perhaps"), "has an is_active that is neither true nor false");
});

Deno.test("a big file without a line end is read like one with lines", async () => {
  const users = Array.from({ length: 3000 }, (_, n) => ({ id: `${n}`, username: `user${n}`, note: "x y ".repeat(80) }));
  const found = await read("keycloak", JSON.stringify({ realm: "x", users }), 65_536);
  assert.equal(found.length, 3000);
  assert.equal((found.at(-1) as Arrival).username, "user2999");
});

Deno.test("a file that is not UTF-8, lacks columns or has endless lines is refused", async () => {
  await assert.rejects(read("csv", new Uint8Array([0x75, 0xff, 0x0a])), TextError);
  await assert.rejects(read("jsonl", new Uint8Array([0xc3])), TextError);
  await assert.rejects(read("seed", "id,username,email\n1,x,y\n"), SourceError);
  await assert.rejects(read("jsonl", " ".repeat(70_000), 10_000), TextError);
});
