import type { Verb } from "./verb.ts";

export const healthcheckVerb: Verb = { name: "healthcheck", summary: "", usage: "", run: () => Promise.resolve(1) };
