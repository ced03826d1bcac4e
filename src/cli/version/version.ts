import { version } from "../../version.ts";
import { command } from "../command.ts";

export const versionCommand = command({
  name: "version",
  summary: "Print the version",
  run({ out }) {
    const { deno, v8 } = Deno.version;
    out.done(`sentinel ${version} (Deno ${deno})`, { version, deno, v8 });
  },
});
