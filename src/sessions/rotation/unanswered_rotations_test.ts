import assert from "node:assert/strict";
import type { Database } from "../../platform/db/db.ts";
import { Unavailable } from "../../platform/db/db_errors.ts";
import { createUnansweredRotations } from "./unanswered_rotations.ts";

/** Notes that are stored through `query`. */
const notesFor = (query: (name: string, text: string, params: unknown[]) => Promise<unknown[]>) =>
  createUnansweredRotations({ query } as unknown as Database);

const trade = (sessionId: string, counter: number) => ({ sessionId, counter, mac: new Uint8Array() });

Deno.test("X02 a note that is made while others are stored is stored the next time", async () => {
  const stored: unknown[][] = [];
  const notes = notesFor((_name, _text, params) => {
    stored.push(params);
    if (stored.length === 1) notes.note(trade("a", 2));
    return Promise.resolve([]);
  });
  notes.note(trade("a", 1));
  notes.note(trade("b", 7));
  await notes.storeNoted();
  assert.deepEqual([notes.has("a"), notes.has("b")], [true, false]);
  await notes.storeNoted();
  await notes.storeNoted();
  assert.deepEqual(stored, [[["a", "b"], [1, 7]], [["a"], [2]]]);
});

Deno.test("X02 clients that come back at once store their notes in one statement", async () => {
  let statements = 0;
  const notes = notesFor(() => Promise.resolve([++statements]));
  notes.note(trade("a", 1));
  notes.note(trade("b", 7));
  await Promise.all([notes.storeNoted(), notes.storeNoted(), notes.storeNoted()]);
  assert.equal(statements, 1);
});

Deno.test("X02 notes that cannot be stored are kept", async () => {
  let away = true;
  const notes = notesFor(() => away ? Promise.reject(new Unavailable("away")) : Promise.resolve([]));
  notes.note(trade("a", 1));
  await assert.rejects(notes.storeNoted(), Unavailable);
  assert.equal(notes.has("a"), true);
  away = false;
  await notes.storeNoted();
  assert.equal(notes.has("a"), false);
});

Deno.test("X02 notes are limited: beyond ten thousand sessions, only those of known sessions are updated", () => {
  const notes = notesFor(() => Promise.resolve([]));
  for (let i = 0; i <= 10_000; i++) notes.note(trade(`session ${i}`, 1));
  assert.deepEqual([notes.has("session 9999"), notes.has("session 10000")], [true, false]);
});
