import { version } from "../version.ts";
import { jsonFlag, readArguments, type Verb } from "./verb.ts";

/** `version [--json]` */
export const versionVerb: Verb = {
  name: "version",
  summary: "Print the version",
  usage: "sentinel version [--json]",
  run(args, io) {
    const { json } = readArguments(args, jsonFlag).values;
    const { deno, v8 } = Deno.version;
    io.out(json ? JSON.stringify({ version, deno, v8 }) : `sentinel ${version} (Deno ${deno})`);
    return Promise.resolve(0);
  },
};
