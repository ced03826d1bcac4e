/** Reads the users of other systems. */
import type { FirebaseParameters } from "../../platform/hashing/firebase_hash.ts";
import { textOf } from "../../platform/text/text_lines.ts";
import type { SeedRow } from "../user_import_store.ts";
import type { Arrival, BrokenRow, Row } from "./arrival.ts";
import { auth0Layout, fromAuth0 } from "./auth0.ts";
import { djangoLayout, djangoReader } from "./django.ts";
import { firebaseLayout, firebaseReader } from "./firebase.ts";
import { fromKeycloak, keycloakLayout } from "./keycloak.ts";
import { fromPocketBase, fromZitadel, pocketbaseLayout, readHtpasswd, zitadelLayout } from "./other_systems.ts";
import { arrayLayout, csvLayout, fromCsv, fromObject, fromSeed, readJsonLines, seedLayout } from "./own_systems.ts";
import { type Layout, peeked, rowsOf } from "./rows.ts";
import { supabaseLayout, supabaseReader } from "./supabase.ts";

/** What a reader needs besides the file. */
export type SourceOptions = { nowMs: number; firebaseParameters?: FirebaseParameters | undefined };

type Read = (at: string, row: Row) => Arrival | BrokenRow | undefined;
type People = AsyncGenerator<Arrival | BrokenRow>;

/** The kinds of sources, and how the text of each is read. @throws {SourceError} {TextError} */
export const sources = {
  keycloak: (text) => read(text, keycloakLayout, fromKeycloak),
  auth0: (text) => read(text, auth0Layout, fromAuth0),
  firebase: (text, { firebaseParameters }) => read(text, firebaseLayout, firebaseReader(firebaseParameters)),
  supabase: (text, { nowMs }) => read(text, supabaseLayout, supabaseReader(nowMs)),
  django: (text) => read(text, djangoLayout, djangoReader()),
  zitadel: (text) => read(text, zitadelLayout, fromZitadel),
  pocketbase: (text) => read(text, pocketbaseLayout, fromPocketBase),
  htpasswd: (text) => readHtpasswd(text),
  csv: (text) => read(text, csvLayout, fromCsv),
  jsonl: (text) => readLinesOrArray(text),
  seed: (text) => read(text, seedLayout, (at, row) => fromSeed(at, row as SeedRow)),
} satisfies Record<string, (text: AsyncIterable<string>, options: SourceOptions) => People>;

export type SourceKind = keyof typeof sources;

/** Reads the users of a file. @throws {SourceError} {TextError} when a column is missing or the file is not text. */
export function readPeople(
  kind: SourceKind,
  file: ReadableStream<Uint8Array>,
  options: SourceOptions,
): AsyncGenerator<Arrival | BrokenRow> {
  return sources[kind](textOf(file), options);
}

async function* read(text: AsyncIterable<string>, layout: Layout, from: Read): People {
  for await (const row of rowsOf(text, layout)) {
    const person = "broken" in row ? row : from(row.at, row.row);
    if (person) yield person;
  }
}

async function* readLinesOrArray(text: AsyncIterable<string>): People {
  const { first, all } = await peeked(text);
  if (first.startsWith("[")) yield* read(all, arrayLayout, fromObject);
  else yield* readJsonLines(all);
}
