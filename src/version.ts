import manifest from "../deno.json" with { type: "json" };

/** The version of this build, as in CHANGELOG.md. */
export const version: string = manifest.version;
