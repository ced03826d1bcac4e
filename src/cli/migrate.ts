import type { Verb } from "./verb.ts";

export const migrateVerb: Verb = { name: "migrate", summary: "", usage: "", run: () => Promise.resolve(1) };
