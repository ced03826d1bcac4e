import type { Verb } from "./verb.ts";

export const openapiVerb: Verb = { name: "openapi", summary: "", usage: "", run: () => Promise.resolve(1) };
