import type { Verb } from "./verb.ts";

export const userVerb: Verb = { name: "user", summary: "", usage: "", run: () => Promise.resolve(1) };
